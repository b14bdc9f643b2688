/** How long a revoke takes to reach each door: probed with the old token while the shared clock is moved on. */
import { advanceTo, type Clock } from "../clock.ts"
import { type Answer, type Client, isAllowed, isRefused, type Sent } from "./client.ts"

/** A request that only the revoked permission allows, at one door. */
export interface Probe extends Sent {
  readonly address: string
  /** Seconds within which the door promises to refuse it. */
  readonly promised: number
}

export interface Effect {
  /** Virtual seconds from the revoke to the first probe that was refused; null where none was. */
  readonly seconds: number | null
  /** The last probe that was still let through, virtual seconds; null where the first one was refused already. */
  readonly allowedUntil: number | null
  readonly promised: number
  /** False where it was let through beyond the promise, not let through before the revoke, or answered with an error. */
  readonly ok: boolean
}

/** Seconds after the revoke at which it is asked again: one by one for ten seconds, then coarser. */
export const usualSteps: readonly number[] = [...range(0, 10, 1), ...range(10, 60, 5), ...range(60, 1000, 30)]

export interface RevocationDeps {
  readonly clock: Clock
  readonly client: Client
  /** Ascending. */
  readonly steps?: readonly number[]
  readonly stepped?: (share: number) => void
}

/**
 * Sends each probe once before `revoke`, and at each step after it until it is refused. Rejects with what `revoke`
 * rejects with; what goes wrong with a probe is in its effect.
 */
export async function measureRevocation(
  probes: readonly Probe[],
  revoke: () => Promise<unknown>,
  { clock, client, stepped, steps = usualSteps }: RevocationDeps,
): Promise<ReadonlyMap<Probe, Effect>> {
  const watched = await Promise.all(
    probes.map(async (probe) => ({
      probe,
      ...before(probe, isAllowed(await client.send(probe.address, probe))),
    })),
  )
  await revoke()
  const revoked = clock.now()
  for (const [at, step] of steps.entries()) {
    const open = watched.filter(({ isOver }) => !isOver)
    if (open.length === 0) break
    advanceTo(clock, revoked + step * 1000)
    await Promise.all(
      open.map(async (one) => {
        // INVARIANT: read before the probe is sent, so that a slow answer is not taken for a late refusal.
        const age = (clock.now() - revoked) / 1000
        Object.assign(one, after(one.effect, await client.send(one.probe.address, one.probe), age))
      }),
    )
    stepped?.((at + 1) / steps.length)
  }
  return new Map(
    watched.map(({ probe, effect, isOver }) => [probe, isOver ? effect : { ...effect, ok: false }]),
  )
}

/** What is known of a probe so far; it is asked no more once that is over. */
interface Course {
  readonly effect: Effect
  readonly isOver: boolean
}

function before({ promised }: Probe, wasAllowed: boolean): Course {
  return { effect: { seconds: null, allowedUntil: null, promised, ok: wasAllowed }, isOver: !wasAllowed }
}

function after(effect: Effect, answer: Answer, age: number): Course {
  const whole = Math.floor(age)
  if (isRefused(answer)) return { effect: { ...effect, seconds: whole }, isOver: true }
  if (!isAllowed(answer)) return { effect: { ...effect, ok: false }, isOver: true }
  // It goes on: how late the refusal comes is worth knowing too.
  return {
    effect: { ...effect, allowedUntil: whole, ok: effect.ok && age < effect.promised },
    isOver: false,
  }
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, n) => from + n * step)
}
