/** Reads what a caller holds, as old as its route allows: from a cache where that is young enough, else from the store. */
import { evaluate, type Holdings, type PermissionStore, type SubjectId } from "@claimgate/store"
import type { Caller } from "../caller.ts"
import { frozenHoldings, type HoldingsCache } from "./holdings-cache.ts"
import { ageOf, type Clocks, type Moment, momentReader } from "./moment.ts"

/**
 * Reads what a caller holds, at most `maxAge` milliseconds ago, counted from before its read was sent; 0 asks the
 * store. A read that begins after the request came is always young enough: there is no younger one. Throws what
 * `PermissionStore.load` throws.
 */
export type ReadHoldings = (caller: Pick<Caller, "subject" | "roles">, maxAge: number) => Promise<Holdings>

export interface HoldingsReaderDeps extends Clocks {
  readonly store: Pick<PermissionStore, "load">
  readonly cache: HoldingsCache
}

/** A read of the store that has not ended yet. */
interface Flight {
  /** Counts reads: no clock can tell what came first in a process that was frozen in between. */
  readonly number: number
  readonly sent: Moment
  readonly holdings: Promise<Holdings>
}

/** Makes the reader. Requests for one subject share a read of the store wherever it is young enough for them. */
export function createHoldingsReader({ store, cache, ...clocks }: HoldingsReaderDeps): ReadHoldings {
  const moment = momentReader(clocks)
  /** The youngest read of each subject: whoever cannot use that one can use none. */
  const flights = new Map<SubjectId, Flight>()
  let begun = 0

  function begin({ subject, roles }: Pick<Caller, "subject" | "roles">): Flight {
    const sent = moment()
    const flight = { number: begun++, sent, holdings: load(subject, roles, sent) }
    flights.set(subject, flight)
    const end = () => {
      if (flights.get(subject) === flight) flights.delete(subject)
    }
    flight.holdings.then(end, end)
    return flight
  }

  async function load(subject: SubjectId, roles: readonly string[], sent: Moment): Promise<Holdings> {
    const holdings = frozenHoldings(evaluate(await store.load(subject, roles)))
    cache.write(subject, { holdings, sent })
    return holdings
  }

  /** INVARIANT: nothing older than `maxAge` is handed out, whatever happened while it was waited for (reader.test.ts). */
  const isYoung = (sent: Moment, maxAge: number) => ageOf(sent, moment()) <= maxAge

  return async (caller, maxAge) => {
    // Also for what is no number: whoever cannot say how old is old enough gets the newest.
    if (!(maxAge > 0)) return begin(caller).holdings
    const came = begun
    const known = await cache.read(caller.subject, maxAge)
    if (known !== undefined && isYoung(known.sent, maxAge)) return known.holdings
    // A flight that grew too old while it was waited for is followed by one that began later: this ends.
    for (;;) {
      const found = flights.get(caller.subject)
      const flight = found !== undefined && isYoung(found.sent, maxAge) ? found : begin(caller)
      const holdings = await flight.holdings
      if (flight.number >= came || isYoung(flight.sent, maxAge)) return holdings
    }
  }
}
