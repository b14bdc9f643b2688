/**
 * From a set of routes back to permissions, as a person would have written them: subtrees, levels and exceptions
 * instead of every route by itself. For showing what a claim or a role comes to.
 */
import type { Catalog } from "./catalog.ts"
import { isGreedy, isParameter, type Method, methods } from "./route.ts"
import { hasRoute, type RouteSet } from "./route-set.ts"

/** A path of the catalog with what is below it. */
interface Place {
  /** As a permission spells it; empty for the root. */
  readonly path: string
  readonly isGreedy: boolean
  /** Routes that end here: whether each is held, by method. */
  readonly own: Map<Method, boolean>
  readonly children: Map<string, Place>
  /** How many routes are below, and how many of them are held, by method; `*` is all methods together. */
  readonly below: Map<Method | "*", Count>
}

interface Count {
  held: number
  all: number
}

/** Permissions that add up to something; `Infinity` entries where nothing does. */
interface Listing {
  readonly size: number
  readonly entries: readonly string[]
}

/** What is being listed: routes that are held, outside of any wildcard, or those that one took in and must leave out. */
type Side = "held" | "left out"

/**
 * The permissions that mean exactly these routes in this catalog, the fewest that exact routes, `/*`, `/**` and `!` can
 * say it with where a method of its own is never narrowed by a `*`. `expand` of them is the set again, less what is
 * retired by now.
 */
export function condense(catalog: Catalog, held: RouteSet): string[] {
  const root = placesOf(catalog, held)
  const whole = join(ownOf(root, "held"), below(root, "held"))
  const isException = (entry: string) => entry.startsWith("!")
  return [...whole.entries.filter((entry) => !isException(entry)), ...whole.entries.filter(isException)]
}

function placesOf(catalog: Catalog, held: RouteSet): Place {
  const root = emptyPlace("", false)
  for (const { id, method, path, access, retiredAt } of catalog.routes) {
    if (access !== "granted" || retiredAt !== Infinity) continue
    const isHeld = hasRoute(held, id)
    const segments = path === "/" ? [] : path.slice(1).split("/")
    const last = segments.reduce((place, segment) => {
      for (const key of [method, "*"] as const) count(place, key, isHeld)
      return childOf(place, segment)
    }, root)
    last.own.set(method, isHeld)
  }
  return root
}

/** Parameters are one place whatever their names, as they are one place to the matcher. */
function childOf(parent: Place, segment: string): Place {
  const greedy = isGreedy(segment)
  const shape = greedy ? "{+}" : isParameter(segment) ? "{}" : segment
  const known = parent.children.get(shape)
  if (known !== undefined) return known
  const child = emptyPlace(`${parent.path}/${segment}`, greedy)
  parent.children.set(shape, child)
  return child
}

function emptyPlace(path: string, isGreedy: boolean): Place {
  return { path, isGreedy, own: new Map(), children: new Map(), below: new Map() }
}

function count({ below }: Place, key: Method | "*", isHeld: boolean): void {
  const counted = below.get(key) ?? { held: 0, all: 0 }
  below.set(key, counted)
  counted.all += 1
  if (isHeld) counted.held += 1
}

/** How many routes below a place are to be listed. */
function wanted({ below }: Place, key: Method | "*", side: Side): number {
  const { held, all } = below.get(key) ?? { held: 0, all: 0 }
  return side === "held" ? held : all - held
}

/** Everything below a place, of all methods together where that is shorter. */
function below(place: Place, side: Side): Listing {
  if (wanted(place, "*", side) === 0) return nothing
  return shortest(
    join(...methods.map((method) => belowOf(place, method, side))),
    join(level(place, side), ...childrenOf(place).map((child) => below(child, side))),
    subtree(place, "*", side, () => below(place, "left out")),
  )
}

/** Everything of one method below a place. */
function belowOf(place: Place, method: Method, side: Side): Listing {
  if (wanted(place, method, side) === 0) return nothing
  return shortest(
    join(levelOf(place, method, side), ...childrenOf(place).map((child) => belowOf(child, method, side))),
    subtree(place, method, side, () => belowOf(place, method, "left out")),
  )
}

/**
 * One `/**` for all of it. Whoever holds it can be kept from some of what it covers; what an exception covers
 * cannot be given back, so there every route must be one that is left out.
 */
function subtree(place: Place, method: Method | "*", side: Side, exceptions: () => Listing): Listing {
  const entry = one(`${method}:${place.path}/**`, side)
  if (side === "held") return join(entry, exceptions())
  return wanted(place, method, "held") === 0 ? entry : impossible
}

/** The routes that end one segment below a place. */
function level(place: Place, side: Side): Listing {
  return shortest(
    join(...methods.map((method) => levelOf(place, method, side))),
    join(...childrenOf(place).map((child) => ownOf(child, side))),
    oneLevel(place, "*", side),
  )
}

function levelOf(place: Place, method: Method, side: Side): Listing {
  const apart = childrenOf(place).map((child) =>
    isFlagged(child, method, side) ? one(permission(method, child), side) : nothing,
  )
  return shortest(join(...apart), oneLevel(place, method, side))
}

/** `/*` for all children but a greedy one, which it does not cover. */
function oneLevel(place: Place, method: Method | "*", side: Side): Listing {
  const children = childrenOf(place)
  const flags = children.filter((child) => !child.isGreedy).flatMap((child) => ownFlags(child, method))
  if (flags.length === 0 || !flags.every((isHeld) => isOn(side, isHeld))) return impossible
  const rest = children.filter((child) => child.isGreedy).map((child) => ownOf(child, side, method))
  return join(one(`${method}:${place.path}/*`, side), ...rest)
}

/** The routes that end at a place: each by itself, or `*` for all. */
function ownOf(place: Place, side: Side, method: Method | "*" = "*"): Listing {
  const wanted = method === "*" ? methods : [method]
  const apart = wanted.filter((each) => isFlagged(place, each, side))
  const listed = join(...apart.map((each) => one(permission(each, place), side)))
  const isAll = method === "*" && apart.length === place.own.size && apart.length > 1
  return isAll ? one(permission("*", place), side) : listed
}

function permission(method: Method | "*", { path }: Place): string {
  return `${method}:${path === "" ? "/" : path}`
}

function childrenOf(place: Place): Place[] {
  return [...place.children.values()]
}

function ownFlags(place: Place, method: Method | "*"): boolean[] {
  return [...place.own].filter(([each]) => method === "*" || each === method).map(([, isHeld]) => isHeld)
}

function isFlagged(place: Place, method: Method, side: Side): boolean {
  const isHeld = place.own.get(method)
  return isHeld !== undefined && isOn(side, isHeld)
}

function isOn(side: Side, isHeld: boolean): boolean {
  return isHeld === (side === "held")
}

const nothing: Listing = { size: 0, entries: [] }
const impossible: Listing = { size: Infinity, entries: [] }

function one(entry: string, side: Side): Listing {
  return { size: 1, entries: [side === "held" ? entry : `!${entry}`] }
}

function join(...parts: readonly Listing[]): Listing {
  return {
    size: parts.reduce((sum, part) => sum + part.size, 0),
    entries: parts.flatMap((part) => part.entries),
  }
}

/** The first one of those that are equally short. */
function shortest(...listings: readonly Listing[]): Listing {
  return listings.reduce((best, listing) => (listing.size < best.size ? listing : best))
}
