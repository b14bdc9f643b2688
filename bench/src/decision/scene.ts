/** What all contenders are asked about: a catalog, a role over it, and requests with the answers that are right. */
import {
  type Catalog,
  type CompiledCatalog,
  compileCatalog,
  createCatalog,
  encodeClaim,
  methods,
  type RouteId,
} from "@claimgate/core"
import { routeSet } from "../../../packages/core/src/route-set.ts"
import { vendorLog, vendors } from "../../../packages/core/test/catalogs.ts"
import { createRandom, type Random } from "../../../packages/core/test/random.ts"
import { plainRoles } from "../../../packages/core/test/role-shapes.ts"
import { formatCommaList } from "../comma-list.ts"

/** Plain data, so that it can be handed to another process. */
export interface Scene {
  readonly compiled: CompiledCatalog
  /** What the role holds. */
  readonly granted: readonly RouteId[]
  readonly packed: string
  readonly comma: string
  readonly requests: readonly Request[]
}

export interface Request {
  readonly method: string
  /** In its canonical spelling. */
  readonly path: string
  readonly allowed: boolean
}

/** A vendor's whole API, or that many routes drawn from all five, each API under a first segment of its own. */
export type SceneName = (typeof vendors)[number] | number

const role = "GET, and writes in two subtrees (seed 1)"
const requestCount = 2000
const missShare = 0.15

/** Builds a scene; the same name always gives the same one. */
export function createScene(name: SceneName): Scene {
  const log = typeof name === "string" ? vendorLog(name) : drawRoutes(name)
  const catalog = createCatalog(log)
  const granted = plainRoles(catalog).find((shape) => shape.name === role)?.ids ?? []
  if (granted.length === 0) throw new Error(`scene ${name}: expected the role to hold a route`)
  return {
    compiled: compileCatalog(catalog),
    granted,
    packed: encodeClaim(catalog, routeSet(log.length, granted)),
    comma: formatCommaList(catalog, granted),
    requests: drawRequests(catalog, new Set(granted), createRandom(log.length)),
  }
}

/** In the order of the published lists, as a real catalog grows. */
function drawRoutes(count: number): string[] {
  const all = vendors.flatMap((vendor) => vendorLog(vendor).map((line) => moveBelow(vendor, line)))
  const drawn = new Set(createRandom(1).sample(all, count))
  return all.filter((line) => drawn.has(line))
}

function moveBelow(vendor: string, line: string): string {
  const [method, path] = line.split(" ")
  return `${method} /${vendor}${path === "/" ? "" : path}`
}

function drawRequests(catalog: Catalog, granted: ReadonlySet<RouteId>, random: Random): Request[] {
  const literals = new Set(catalog.routes.flatMap((route) => route.path.split("/")))
  return Array.from({ length: requestCount }, () => {
    if (random.next() < missShare) return drawMiss(catalog, literals, random)
    const { id, method, path } = random.pick(catalog.routes)
    return { method, path: fill(path, literals, random), allowed: granted.has(id) }
  })
}

/** A request that no route serves: a wrong method on a right path, or a path with another word in it. */
function drawMiss(catalog: Catalog, literals: ReadonlySet<string>, random: Random): Request {
  const right = fill(random.pick(catalog.routes).path, literals, random)
  const path = random.next() < 0.5 ? right : withAnotherWord(right, literals, random)
  const method = random.pick(methods)
  return catalog.routes.some((route) => route.method === method && matches(route.path, path))
    ? drawMiss(catalog, literals, random)
    : { method, path, allowed: false }
}

function withAnotherWord(path: string, literals: ReadonlySet<string>, random: Random): string {
  const segments = path.split("/")
  segments[1 + random.below(segments.length - 1)] = drawValue(literals, random)
  return segments.join("/")
}

/** The slow, obvious way to see it. */
function matches(routePath: string, path: string): boolean {
  const wanted = routePath.split("/")
  const asked = path.split("/")
  return (
    wanted.length === asked.length &&
    wanted.every((segment, index) => segment.startsWith("{") || segment === asked[index])
  )
}

function fill(routePath: string, literals: ReadonlySet<string>, random: Random): string {
  return routePath
    .split("/")
    .map((segment) => (segment.startsWith("{") ? drawValue(literals, random) : segment))
    .join("/")
}

/** A number, a name or a UUID, and never a word of the catalog: so the route it was drawn for is the right one. */
function drawValue(literals: ReadonlySet<string>, random: Random): string {
  const kind = random.next()
  const value =
    kind < 0.4
      ? String(random.below(10 ** (3 + random.below(6))))
      : kind < 0.8
        ? drawText("abcdefghijklmnopqrstuvwxyz-", 4 + random.below(9), random)
        : [8, 4, 4, 4, 12].map((length) => drawText("0123456789abcdef", length, random)).join("-")
  return literals.has(value) ? drawValue(literals, random) : value
}

function drawText(alphabet: string, length: number, random: Random): string {
  return Array.from({ length }, () => alphabet.charAt(random.below(alphabet.length))).join("")
}
