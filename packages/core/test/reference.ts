/**
 * The path rule and the matcher once more, from the words of docs/permissions.md: one line for each clause, over whole
 * segments, with the platform's own encoder and decoder. Slow, and obvious; it shares nothing with the code that it judges.
 */

const segmentClauses: readonly (readonly [objection: string, applies: (segment: string) => boolean])[] = [
  ["an empty segment", (segment) => segment === ""],
  ["no pchar text", (segment) => !/^([A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+$/.test(segment)],
  ["an encoded unreserved character", (segment) => encodedAscii(segment).some((one) => /[\w\-.~]/.test(one))],
  ["no UTF-8", (segment) => decode(segment) === undefined],
  ["an encoded control character", (segment) => /\p{Cc}/u.test(decode(segment) ?? "")],
  ["an encoded delimiter", (segment) => /[/\\?#]/.test(decode(segment) ?? "")],
  ["a dot segment", (segment) => /^\.\.?(;| |$)/.test(decode(segment) ?? "")],
  ["a second encoding", (segment) => /%[0-9A-Fa-f]{2}/.test(decode(segment) ?? "")],
]

/** All that the rule can have against a path. */
export const objections: readonly string[] = [
  "no slash at the start",
  "too long",
  ...segmentClauses.map(([objection]) => objection),
]

/** What the path rule has against a percent-encoded path, or undefined where it is looked at. */
export function objectionTo(path: string): string | undefined {
  if (!path.startsWith("/")) return "no slash at the start"
  if (path.length > 4096) return "too long"
  const applies = segmentClauses.find(([, applies]) => segmentsOf(path).some(applies))
  return applies?.[0]
}

/** The segments of a path; `/` has none. */
export function segmentsOf(path: string): readonly string[] {
  return path === "/" ? [] : path.slice(1).split("/")
}

/** Undefined for what is no UTF-8, overlong or a surrogate: decodeURIComponent throws on all of these. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function encodedAscii(segment: string): readonly string[] {
  return [...segment.matchAll(/%[0-7][0-9A-Fa-f]/g)].map(([one]) => decodeURIComponent(one))
}

const neverEncoded: ReadonlySet<string> = new Set([..."$&+,:;=@"].map((one) => encodeURIComponent(one)))

/**
 * The canonical spelling of a decoded path, by the platform's own encoder less the encodings that a path does not need.
 * Undefined where a character is the trace of bytes that were no UTF-8.
 */
export function encodeDecoded(path: string): string | undefined {
  if (path.includes("\ufffd") || /\p{Cs}/u.test(path)) return undefined
  const encode = (segment: string) =>
    encodeURIComponent(segment).replace(/%../g, (one) =>
      neverEncoded.has(one) ? decodeURIComponent(one) : one,
    )
  return path.split("/").map(encode).join("/")
}

/** A route as the reference takes it: `GET`, `/files/{rest+}`. */
export interface ReferenceRoute {
  readonly id: number
  readonly method: string
  readonly path: string
}

/**
 * Finds the route of a request: every route is tried, and of those that fit the best is taken, literal before parameter
 * before greedy at the first segment where two of them differ in kind. -1 where none fits. The rule is not applied.
 */
export function createReferenceMatch(
  routes: readonly ReferenceRoute[],
): (method: string, path: string) => number {
  const patterns = routes.map(patternOf)
  return (method, path) => {
    const asked = segmentsOf(path)
    let best: Pattern | undefined
    for (const one of patterns)
      if (one.method === method && fits(one, asked) && (best === undefined || precedes(one, best))) best = one
    return best === undefined ? -1 : best.id
  }
}

interface Pattern extends ReferenceRoute {
  readonly segments: readonly string[]
  readonly kinds: readonly number[]
}

function patternOf(route: ReferenceRoute): Pattern {
  const segments = segmentsOf(route.path)
  return { ...route, segments, kinds: segments.map(kindOf) }
}

function fits({ segments, kinds }: Pattern, asked: readonly string[]): boolean {
  const isGreedy = kinds.at(-1) === 2
  if (isGreedy ? asked.length < kinds.length : asked.length !== kinds.length) return false
  return segments.every((segment, at) => kinds[at] !== 0 || segment === asked[at])
}

function precedes(one: Pattern, other: Pattern): boolean {
  const at = one.kinds.findIndex((kind, index) => kind !== other.kinds[index])
  return at >= 0 && (one.kinds[at] ?? 3) < (other.kinds[at] ?? 3)
}

/** 0 literal, 1 parameter, 2 greedy. */
function kindOf(segment: string): number {
  if (segment.endsWith("+}")) return 2
  return segment.endsWith("}") ? 1 : 0
}
