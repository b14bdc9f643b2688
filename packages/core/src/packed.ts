/**
 * The packed form of a claim: `B`, five characters of release fingerprint, three of check, and the payload: one
 * binary decision per live route in catalog order, written by a range coder under a model that learns from the
 * decisions before. docs/permissions.md describes the format normatively, with test vectors.
 */
import { alphabet, digitAt, formatDigits } from "./base64url.ts"
import { type Catalog, isLiveAt, newestRelease, type Release } from "./catalog.ts"
import type { DecodedClaim } from "./claim.ts"
import { mix, mixText } from "./mix.ts"
import { methods } from "./route.ts"
import { addRoute, hasRoute, type RouteSet, removeRoute, routeSet } from "./route-set.ts"
import { methodIndex, none, type RouteTrie } from "./trie.ts"

const mode = "B"
const fingerprintEnd = 6
const payloadStart = 9

/** Packs a set of live routes of the catalog's newest release. */
export function formatPacked(catalog: Catalog, routes: RouteSet): string {
  const release = newestRelease(catalog)
  const model = modelOf(catalog, release)
  const structured = encodePayload(model, routes, false)
  const flat = encodePayload(model, routes, true)
  const payload = flat.length < structured.length ? flat : structured
  return `${mode}${release.fingerprint}${checkOf(release, routes)}${payload}`
}

/** Unpacks a claim of any release of the catalog; routes retired since then are taken out. */
export function parsePacked(catalog: Catalog, text: string): DecodedClaim {
  if (text.charAt(0) !== mode || text.length < payloadStart) return { ok: false, because: "malformed" }
  for (let i = 1; i < text.length; i++) if (digitAt(text, i) < 0) return { ok: false, because: "malformed" }
  const fingerprint = text.slice(1, fingerprintEnd)
  const release = catalog.releases.find((one) => one.fingerprint === fingerprint)
  if (release === undefined) return { ok: false, because: "unknown_release" }
  const routes = decodePayload(modelOf(catalog, release), text.slice(payloadStart))
  if (routes === undefined) return { ok: false, because: "malformed" }
  if (checkOf(release, routes) !== text.slice(fingerprintEnd, payloadStart))
    return { ok: false, because: "wrong_check" }
  for (const route of catalog.routes)
    if (route.retiredAt !== Infinity && route.id < routes.horizon) removeRoute(routes, route.id)
  return { ok: true, routes }
}

/** 18 bits over the release and the set: they tell an accident from a claim, and keep nobody out. */
function checkOf(release: Release, routes: RouteSet): string {
  let state = mixText(release.size, release.fingerprint)
  for (const word of routes.words) state = mix(Math.imul(state, 31) ^ word)
  return formatDigits(state >>> 14, 3)
}

// ── the model: what is known of a route before its decision is coded ───────────────────────────────────────────

/** Live routes of one release, in catalog order, with the earlier ones whose decisions predict theirs. */
interface Model {
  readonly size: number
  readonly ids: Int32Array
  readonly method: Uint8Array
  /** Index of the nearest earlier route with the same method in the deepest subtree shared with one, or -1. */
  readonly sameMethod: Int32Array
  /** Index of the nearest earlier route in the deepest shared subtree, or -1. */
  readonly anyMethod: Int32Array
}

const models = new WeakMap<Release, Model>()

function modelOf(catalog: Catalog, release: Release): Model {
  const model = models.get(release) ?? buildModel(catalog, release)
  models.set(release, model)
  return model
}

function buildModel(catalog: Catalog, release: Release): Model {
  const live = catalog.routes.filter((route) => isLiveAt(route, release.lines))
  const { trie } = catalog
  const width = methods.length + 1
  // The latest route seen at or below each node: one column per method, the last column for any.
  const latest = new Int32Array(trie.parent.length * width).fill(none)
  const model = {
    size: release.size,
    ids: Int32Array.from(live, (route) => route.id),
    method: Uint8Array.from(live, (route) => methodIndex(route.method)),
    sameMethod: new Int32Array(live.length),
    anyMethod: new Int32Array(live.length),
  }
  live.forEach((route, index) => {
    const leaf = trie.leaf[route.id]!
    model.sameMethod[index] = nearest(trie, latest, width, leaf, model.method[index]!)
    model.anyMethod[index] = nearest(trie, latest, width, leaf, width - 1)
    for (let node = leaf; node !== none; node = trie.parent[node]!)
      for (const column of [model.method[index]!, width - 1]) latest[node * width + column] = index
  })
  return model
}

function nearest(trie: RouteTrie, latest: Int32Array, width: number, leaf: number, column: number): number {
  for (let node = leaf; node !== none; node = trie.parent[node]!)
    if (latest[node * width + column] !== none) return latest[node * width + column]!
  return none
}

/**
 * What was decided so far, and how often it was "granted" in each context.
 *
 * Structured: a context is the method and the decisions of both neighbours; one that has always gone one way soon costs
 * next to nothing. Flat: one context for all, for sets without any structure, where learning many of them would cost
 * more than it saves.
 */
interface Experience {
  readonly decisions: Uint8Array
  readonly seen: Int32Array
  readonly granted: Int32Array
  /** How much a decision weighs against the prior of one half: more where contexts are narrow. */
  readonly weight: number
}

function createExperience(model: Model, flat: boolean): Experience {
  const contexts = flat ? 1 : methods.length * 9
  const [seen, granted] = [new Int32Array(contexts), new Int32Array(contexts)]
  return { decisions: new Uint8Array(model.ids.length), seen, granted, weight: flat ? 2 : 10 }
}

function contextOf(model: Model, { decisions, seen }: Experience, index: number): number {
  if (seen.length === 1) return 0
  const same = decisionAt(decisions, model.sameMethod[index]!)
  return model.method[index]! * 9 + same * 3 + decisionAt(decisions, model.anyMethod[index]!)
}

/** 0 refused, 1 granted, 2 where there is no such route. */
function decisionAt(decisions: Uint8Array, index: number): number {
  return index === none ? 2 : decisions[index]!
}

/** The odds of "granted" in a context, in 65,536ths. */
function oddsIn({ seen, granted, weight }: Experience, context: number): number {
  return scale(weight * granted[context]! + 1, weight * seen[context]! + 2)
}

function learn(
  { decisions, seen, granted }: Experience,
  context: number,
  index: number,
  decision: number,
): void {
  decisions[index] = decision
  seen[context]! += 1
  granted[context]! += decision
}

/** A fraction in 65,536ths, never 0 and never 1. Exact: both terms stay far below 2^37, the product below 2^53. */
function scale(numerator: number, denominator: number): number {
  return Math.min(65535, Math.max(1, Math.floor((65536 * numerator) / denominator)))
}

// ── the payload: a carry-less range coder over base64url digits ─────────────────────────────────────────────────

/** The coder's state is the interval from low to high, both 30 bits: five base64url digits. */
const top = 0x3fffffff
const digitsOfState = 5
/** The first decision says whether the rest is flat; few sets are. */
const flatOdds = 4096

function encodePayload(model: Model, routes: RouteSet, flat: boolean): string {
  const experience = createExperience(model, flat)
  let low = 0
  let high = top
  let text = ""
  const encode = (odds: number, yes: boolean) => {
    const middle = split(low, high, odds)
    if (yes) high = middle
    else low = middle + 1
    while (low >>> 24 === high >>> 24) {
      text += alphabet.charAt(low >>> 24)
      low = (low << 6) & top
      high = ((high << 6) & top) | 63
    }
  }
  encode(flatOdds, flat)
  for (let index = 0; index < model.ids.length; index++) {
    const granted = hasRoute(routes, model.ids[index]!)
    const context = contextOf(model, experience, index)
    encode(oddsIn(experience, context), granted)
    learn(experience, context, index, granted ? 1 : 0)
  }
  return trimZeros(text + shortestBetween(low, high))
}

/**
 * The set that a payload holds, or undefined where that set, under the same model, is spelled otherwise. One loop over
 * local variables: a claim that was never seen is decoded while its request waits.
 */
function decodePayload(model: Model, text: string): RouteSet | undefined {
  const routes = routeSet(model.size)
  let experience = createExperience(model, false)
  let low = 0
  let high = top
  let value = 0
  let read = 0
  while (read < digitsOfState) value = (value << 6) | digitOrZero(text, read++)
  // The decision before the first route's says whether the rest is flat.
  for (let index = -1; index < model.ids.length; index++) {
    const context = index < 0 ? none : contextOf(model, experience, index)
    const middle = split(low, high, index < 0 ? flatOdds : oddsIn(experience, context))
    const yes = value <= middle
    if (yes) high = middle
    else low = middle + 1
    while (low >>> 24 === high >>> 24) {
      low = (low << 6) & top
      high = ((high << 6) & top) | 63
      value = ((value << 6) & top) | digitOrZero(text, read++)
    }
    if (index >= 0) learn(experience, context, index, yes ? 1 : 0)
    else if (yes) experience = createExperience(model, true)
    if (yes && index >= 0) addRoute(routes, model.ids[index]!)
  }
  const settled = read - digitsOfState
  const spelled = text.slice(0, settled).padEnd(settled, "A") + shortestBetween(low, high)
  return trimZeros(spelled) === text ? routes : undefined
}

/** Behind the end come zeros: they were trimmed. */
function digitOrZero(text: string, i: number): number {
  return i < text.length ? digitAt(text, i) : 0
}

/** The end of the lower part of low..high that `odds` in 65,536 of it take; 32-bit integers throughout. */
function split(low: number, high: number, odds: number): number {
  const range = high - low
  return low + (range >>> 16) * odds + (Math.imul(range & 0xffff, odds) >>> 16)
}

/** The fewest digits that, with zeros behind them, lie in low..high. */
function shortestBetween(low: number, high: number): string {
  for (let count = 0; count < digitsOfState; count++) {
    const unit = 2 ** (6 * (digitsOfState - count))
    const value = Math.ceil(low / unit)
    if (value * unit <= high) return formatDigits(value, count)
  }
  return formatDigits(low, digitsOfState)
}

function trimZeros(text: string): string {
  let end = text.length
  while (end > 0 && text.charAt(end - 1) === "A") end--
  return text.slice(0, end)
}
