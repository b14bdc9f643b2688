/** Steps of a client that keeps calling with the token that it has, until what was changed has reached it. */
import { advanceTo, type Clock } from "../clock.ts"
import { type Call, type Calls, formatReads } from "./calls.ts"
import type { Step } from "./step.ts"

/** What the client waits for. */
export interface Awaited {
  readonly status: number
  /** Seconds within which it must come. */
  readonly within: number
}

export interface UntilDeps {
  readonly send: Calls["send"]
  readonly clock: Clock
  /** Reads of permissions that no request waited for, so far. */
  laterReads(): number
}

/** Calls once a second by the shared clock, which is moved on, and counts what it took. */
export async function callUntil(
  title: string,
  call: Call,
  { status: awaited, within }: Awaited,
  { send, clock, laterReads }: UntilDeps,
): Promise<Step> {
  const started = clock.now()
  let reads = -laterReads()
  for (let second = 0; ; second++) {
    advanceTo(clock, started + second * 1000)
    const { status, storeReads, because } = await send(call)
    reads += storeReads
    if (status !== awaited && second <= within) continue
    const ok = status === awaited && second <= within
    const calls = `${second + 1} ${second === 0 ? "call" : "calls"}`
    return {
      title,
      did: `${call.method} ${call.path}, once a second (simulated), with the same token`,
      result: `${status} after ≤ ${second} s and ${calls}, ${formatReads(reads + laterReads())}`,
      because,
      expected: `${awaited} within ${within} s`,
      ok,
    }
  }
}
