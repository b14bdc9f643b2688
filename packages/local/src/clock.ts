/**
 * One clock for everything that runs in this process. The stand-ins and the handlers all read `Date`, so the
 * clock moves `Date` itself: whoever asks for the time gets real time plus what was advanced. Timers keep real
 * time; only what is compared with the time of day (a TTL, a token's `exp`) sees the jump.
 */
export interface Clock {
  /** Milliseconds since the epoch, virtual. */
  now(): number
  /** Moves the clock forward by that many milliseconds; throws a RangeError on a negative or non-finite number. */
  advance(milliseconds: number): void
  /** Milliseconds advanced so far. */
  advanced(): number
  /** Gives the process its own `Date` back. */
  uninstall(): void
}

/** Replaces the process's `Date` by one that can be advanced, until `uninstall()`. */
export function installClock(): Clock {
  const RealDate = globalThis.Date
  let offset = 0
  globalThis.Date = shiftedDate(RealDate, () => offset)
  return {
    now: () => RealDate.now() + offset,
    advance(milliseconds) {
      if (!Number.isFinite(milliseconds) || milliseconds < 0)
        throw new RangeError(`clock: expected to advance by a number of milliseconds, got \`${milliseconds}\``)
      offset += milliseconds
    },
    advanced: () => offset,
    uninstall() {
      globalThis.Date = RealDate
    },
  }
}

function shiftedDate(RealDate: DateConstructor, offset: () => number): DateConstructor {
  return new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now() + offset()] : args, newTarget),
    apply: (target) => new target(target.now() + offset()).toString(),
    get: (target, key, receiver) =>
      key === "now" ? () => target.now() + offset() : Reflect.get(target, key, receiver),
  })
}
