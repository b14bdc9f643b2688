/** A set of catalog routes: what permissions mean, and what a claim carries. */

/** A route's permanent number in its catalog: its place among the added lines of the log, from 0. */
export type RouteId = number

export interface RouteSet {
  /** One bit per route id, least significant bit first. */
  readonly words: Uint32Array
  /** Ids from here on were unknown when the set was made; it can say nothing about them. */
  readonly horizon: number
}

/** Makes a set that knows the ids below `horizon` and holds those given. */
export function routeSet(horizon: number, ids: Iterable<RouteId> = []): RouteSet {
  const words = new Uint32Array((horizon + 31) >>> 5)
  const set = { words, horizon }
  for (const id of ids) addRoute(set, id)
  return set
}

export function hasRoute(set: RouteSet, id: RouteId): boolean {
  return (((set.words[id >>> 5] ?? 0) >>> (id & 31)) & 1) === 1
}

/** Puts a route in; for those who are building a set and have not handed it on yet. */
export function addRoute(set: RouteSet, id: RouteId): void {
  set.words[id >>> 5]! |= 1 << (id & 31)
}

/** Takes a route out; for those who are building a set and have not handed it on yet. */
export function removeRoute(set: RouteSet, id: RouteId): void {
  set.words[id >>> 5]! &= ~(1 << (id & 31))
}

/** The ids in the set, ascending. */
export function routeIds(set: RouteSet): RouteId[] {
  const ids: RouteId[] = []
  for (let id = 0; id < set.horizon; id++) if (hasRoute(set, id)) ids.push(id)
  return ids
}
