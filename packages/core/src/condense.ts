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
  const root: Place = { path: "", isGreedy: false, own: new Map(), children: new Map() }
  for (const { id, method, path, access, retiredAt } of catalog.routes) {
    if (access !== "granted" || retiredAt !== Infinity) continue
    const segments = path === "/" ? [] : path.slice(1).split("/")
    segments.reduce(childOf, root).own.set(method, hasRoute(held, id))
  }
  return root
}

/** Parameters are one place whatever their names, as they are one place to the matcher. */
function childOf(parent: Place, segment: string): Place {
  const greedy = isGreedy(segment)
  const shape = greedy ? "{+}" : isParameter(segment) ? "{}" : segment
  const known = parent.children.get(shape)
  if (known !== undefined) return known
  const child = {
    path: `${parent.path}/${segment}`,
    isGreedy: greedy,
    own: new Map(),
    children: new Map(),
  }
  parent.children.set(shape, child)
  return child
}

/** Everything below a place, of all methods together where that is shorter. */
function below(place: Place, side: Side): Listing {
  return shortest(
    join(...methods.map((method) => belowOf(place, method, side))),
    join(level(place, side), ...childrenOf(place).map((child) => below(child, side))),
    subtree(place, "*", side, () => below(place, "left out")),
  )
}

/** Everything of one method below a place. */
function belowOf(place: Place, method: Method, side: Side): Listing {
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
  const flags = childrenOf(place).flatMap((child) => flagsIn(child, method))
  const worthIt = flags.some((isHeld) => isOn(side, isHeld))
  if (!worthIt) return nothing
  const entry = one(`${method}:${place.path}/**`, side)
  if (side === "held") return join(entry, exceptions())
  return flags.every((isHeld) => !isHeld) ? entry : impossible
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
  const [greedy, covered] = [true, false].map((is) =>
    childrenOf(place).filter((child) => child.isGreedy === is),
  )
  const flags = (covered ?? []).flatMap((child) => ownFlags(child, method))
  if (flags.length === 0 || !flags.every((isHeld) => isOn(side, isHeld))) return impossible
  const rest = (greedy ?? []).map((child) => ownOf(child, side, method))
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

function flagsIn(place: Place, method: Method | "*"): boolean[] {
  return [...ownFlags(place, method), ...childrenOf(place).flatMap((child) => flagsIn(child, method))]
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
