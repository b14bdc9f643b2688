/**
 * One clock for everything on this machine. The stand-ins and the handlers all read `Date`, so the clock moves
 * `Date` itself, in the main thread and in every function's thread: real time plus what was advanced. Timers keep
 * real time; only what is compared with the time of day (a TTL, a token's `exp`) sees the jump.
 */
export interface Clock {
  /** Milliseconds since 1970, virtual. */
  now(): number
  /** Moves the clock forward by whole milliseconds; throws a RangeError on anything else. */
  advance(milliseconds: number): void
  /** Milliseconds advanced so far. */
  advanced(): number
  /** What another thread needs to follow this clock: one 64-bit integer, milliseconds advanced. */
  readonly shared: SharedArrayBuffer
  /** Gives the thread its own `Date` back. */
  uninstall(): void
}

/** Replaces this thread's `Date` by one that can be advanced, until `uninstall()`; `shared` follows another thread's. */
export function installClock(shared = new SharedArrayBuffer(8)): Clock {
  const RealDate = globalThis.Date
  const offset = new BigInt64Array(shared)
  const advanced = () => Number(Atomics.load(offset, 0))
  globalThis.Date = shiftedDate(RealDate, advanced)
  return {
    now: () => RealDate.now() + advanced(),
    advance(milliseconds) {
      if (!Number.isSafeInteger(milliseconds) || milliseconds < 0)
        throw new RangeError(`clock: expected to advance by whole milliseconds, got \`${milliseconds}\``)
      Atomics.add(offset, 0, BigInt(milliseconds))
    },
    advanced,
    shared,
    uninstall() {
      globalThis.Date = RealDate
    },
  }
}

/** Moves a clock on to that time, milliseconds since 1970; it never goes back. */
export function advanceTo(clock: Clock, time: number): void {
  clock.advance(Math.max(0, Math.ceil(time - clock.now())))
}

function shiftedDate(RealDate: DateConstructor, advanced: () => number): DateConstructor {
  const now = () => RealDate.now() + advanced()
  return new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: (target) => new target(now()).toString(),
    get: (target, key, receiver) => (key === "now" ? now : Reflect.get(target, key, receiver)),
  })
}
