/**
 * A small world in which true time is known: a store whose reads take as long as a test wants, and a process whose
 * clocks may be wrong. What is read names the read that it came from, so that its true age can be told.
 */
import type { PermissionStore, SubjectRecord } from "@claimgate/store"
import type { Clocks } from "../src/cache/moment.ts"

/** One read of the store. */
export interface StoreRead {
  readonly id: number
  readonly subject: string
  readonly expectedRoles: readonly string[]
  /** True time when it was sent. */
  readonly sent: number
  readonly ended: boolean
}

export interface World {
  readonly store: Pick<PermissionStore, "load">
  readonly clocks: Required<Clocks>
  /** True time, in milliseconds. */
  time(): number
  pass(milliseconds: number): void
  /** The wall clock is set; no time passes. */
  stepWall(milliseconds: number): void
  /** Time passes, and the process's steady clock does not notice. */
  freeze(milliseconds: number): void
  /** Someone changes what the subject holds. */
  change(subject?: string): void
  /** Every read so far, in order. */
  reads(): readonly StoreRead[]
  /** Ends one of the reads under way with what the store held at some moment of it: 0 is its start, 1 is now. */
  end(which?: number, at?: number): Promise<void>
  /** The same with a fault. */
  fail(which?: number): Promise<void>
}

interface Pending extends StoreRead {
  ended: boolean
  readonly resolve: (record: SubjectRecord) => void
  readonly reject: (fault: Error) => void
}

export function createWorld(): World {
  let time = 1_000_000
  let wallBy = 0
  let frozen = 0
  const all: Pending[] = []
  /** True times of each subject's changes. */
  const changes = new Map<string, number[]>()

  const underWay = (which: number) => {
    const pending = all.filter(({ ended }) => !ended)
    return pending[which % Math.max(pending.length, 1)]
  }
  return {
    store: {
      load: (subject, expectedRoles = []) =>
        new Promise((resolve, reject) => {
          all.push({ id: all.length, subject, expectedRoles, sent: time, ended: false, resolve, reject })
        }),
    },
    clocks: { now: () => time + wallBy, steady: () => time - frozen },
    time: () => time,
    pass(milliseconds) {
      time += milliseconds
    },
    stepWall(milliseconds) {
      wallBy += milliseconds
    },
    freeze(milliseconds) {
      time += milliseconds
      frozen += milliseconds
    },
    change(subject = "alice") {
      changes.set(subject, [...(changes.get(subject) ?? []), time])
    },
    reads: () => all,
    async end(which = 0, at = 1) {
      const read = underWay(which)
      if (read === undefined) return
      read.ended = true
      const seenAt = read.sent + (time - read.sent) * at
      const version = (changes.get(read.subject) ?? []).filter((changed) => changed <= seenAt).length
      read.resolve(recordOf(read, version + 1))
      await settled()
    },
    async fail(which = 0) {
      const read = underWay(which)
      if (read === undefined) return
      read.ended = true
      read.reject(new Error("throttled"))
      await settled()
    },
  }
}

/** Everything that follows from what happened has happened: no time passes, and nobody waits for a timer here. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 16; turn++) await Promise.resolve()
}

function recordOf({ id, subject }: StoreRead, version: number): SubjectRecord {
  const permissions = [`GET:/read/${id}`]
  const member = { subject, roles: [], permissions, disabled: false, deleted: false, version }
  return { subject, generation: 0, release: undefined, member, roles: [] }
}

/** The read that holdings came from. */
export function readOf(
  world: World,
  { permissions }: { readonly permissions: readonly string[] },
): StoreRead {
  const read = world.reads()[Number(permissions[0]?.split("/").at(-1))]
  if (read === undefined) throw new Error(`expected holdings of this world, got \`${permissions}\``)
  return read
}
