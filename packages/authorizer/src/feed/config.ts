/** What the feed is told by a function's environment and bindings; wrong or missing is a crash at load. */
import { ClaimgateError, quote } from "@claimgate/core"
import { trustedAddress } from "../config.ts"
import type { QueryConfig } from "./query.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** How old a copy may be, in milliseconds. */
export interface FeedBounds {
  readonly maxAge: number
  readonly maxOutage: number
}

export interface FeedConfig {
  /** `off` where tokens are believed until they expire: it must be spelled out. */
  readonly bounds: FeedBounds | "off"
  /** What becomes of a token that cannot tell: the backend asks the store, or 401 where nobody behind can. */
  readonly onStale: "recheck" | "refuse"
}

/** Reads `FEED_MAX_AGE` and `FEED_MAX_OUTAGE`, in seconds, and `ON_STALE`. Throws `malformed_configuration`. */
export function parseFeedConfig(environment: Environment): FeedConfig {
  const { FEED_MAX_AGE, FEED_MAX_OUTAGE, ON_STALE } = environment
  const maxOutage = seconds("FEED_MAX_OUTAGE", FEED_MAX_OUTAGE, 3600, "")
  const maxAge = FEED_MAX_AGE === "off" ? "off" : seconds("FEED_MAX_AGE", FEED_MAX_AGE, 300, ", or `off`")
  if (maxAge !== "off" && maxOutage < maxAge)
    throw bad("FEED_MAX_OUTAGE", "no less than FEED_MAX_AGE", FEED_MAX_OUTAGE)
  if (ON_STALE !== "recheck" && ON_STALE !== "refuse")
    throw bad("ON_STALE", "`recheck` or `refuse`", ON_STALE)
  return { bounds: maxAge === "off" ? "off" : { maxAge, maxOutage }, onStale: ON_STALE }
}

function seconds(name: string, value: string | undefined, most: number, or: string): number {
  const number = /^[1-9]\d{0,3}$/.test(value ?? "") ? Number(value) : Number.NaN
  if (number <= most) return number * 1000
  throw bad(name, `whole seconds from 1 to ${most}${or}`, value)
}

/** Reads what Lambda sets and the table's binding. Throws `malformed_configuration`, and quotes no credential. */
export function parseQueryConfig(environment: Environment, table: unknown): QueryConfig {
  const region = environment.AWS_REGION ?? ""
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) throw bad("AWS_REGION", "a region", region)
  const given = environment.AWS_ENDPOINT_URL_DYNAMODB || `https://dynamodb.${region}.amazonaws.com`
  const endpoint = trustedAddress(given)
  // Changes decide who is let in.
  if (endpoint === undefined)
    throw bad("AWS_ENDPOINT_URL_DYNAMODB", "an https address, or http on loopback", given)
  return {
    endpoint: new URL(endpoint).origin,
    region,
    table: parseTable(table),
    credentials: {
      accessKeyId: credential(environment, "AWS_ACCESS_KEY_ID"),
      secretAccessKey: credential(environment, "AWS_SECRET_ACCESS_KEY"),
      // Only credentials that never end, as a machine of one's own may have them, come without.
      sessionToken: environment.AWS_SESSION_TOKEN ? credential(environment, "AWS_SESSION_TOKEN") : undefined,
    },
  }
}

/** Text that fits into a header. */
function credential(environment: Environment, name: string): string {
  const value = environment[name]
  if (value === undefined || !/^[!-~]+$/.test(value)) throw bad(name, "what Lambda sets")
  return value
}

/** The store has the same rule, and must not be loaded here. */
function parseTable(binding: unknown): string {
  const name: unknown =
    typeof binding === "object" && binding !== null && "name" in binding ? binding.name : undefined
  if (typeof name === "string" && /^[\w.-]{3,255}$/.test(name)) return name
  throw bad("Permissions", "the table's name")
}

function bad(name: string, expected: string, got?: string): ClaimgateError {
  return new ClaimgateError(
    "malformed_configuration",
    `${name}: expected ${expected}${got === undefined ? "" : `, got ${quote(got)}`}`,
  )
}
