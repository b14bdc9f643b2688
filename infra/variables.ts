/** What `.env` can say about a deployment, each variable with its default. A wrong value is an error, never a default. */
import { type DoorName, doors, isDoorName } from "./doors.ts"

export interface Config {
  readonly doors: readonly DoorName[]
  /** How long ID and access tokens are valid. */
  readonly tokenMinutes: number
  /** The event that Cognito sends to the trigger, and so the kind of token that carries the claims. */
  readonly triggerVersion: (typeof triggerVersions)[number]
  readonly claimForm: (typeof claimForms)[number]
  /** The name of the first front door, in a zone of Route 53; AWS's own names where it is left out. */
  readonly domain: string | undefined
  /** Whose pages may call the API from a browser. */
  readonly corsOrigins: readonly string[]
  /** One gateway route per catalog route, or all but the public ones behind one. */
  readonly layout: (typeof layouts)[number]
  /** `hybrid`: how old an authorizer's copy of the change feed may be, in seconds. */
  readonly feedMaxAge: number | "off"
  /** `hybrid`: for how many seconds that copy will do while the table cannot be read. */
  readonly feedMaxOutage: number
  /** `hybrid`: what happens to a token that is behind. */
  readonly onStale: (typeof onStales)[number]
  /** `claims` and `claims-rest`: for how many seconds the gateway keeps the authorizer's answer. */
  readonly claimsTtl: number
  /** `cached`: the same. */
  readonly cachedTtl: number
  /** REST API: what a kept answer holds for, each path of a resource or one path. */
  readonly cachedBy: (typeof cacheKeys)[number]
  /** `claims-rest`: which kind of authorizer. */
  readonly restAuthorizer: (typeof restAuthorizers)[number]
  /** Where the backend keeps what routes with `{ within: seconds }` may be answered from. */
  readonly permissionCache: (typeof permissionCaches)[number]
  /** Who gets a mail when something is wrong; nobody where it is left out. */
  readonly alarmEmail: string | undefined
  /** Whether `sst dev` runs trigger and authorizers on the developer's machine, too. */
  readonly liveAuth: boolean
}

const triggerVersions = ["V3_0", "V2_0", "V1_0"] as const
const claimForms = ["packed", "plain"] as const
const layouts = ["routes", "proxy"] as const
const onStales = ["recheck", "refuse"] as const
const cacheKeys = ["resource", "path"] as const
const restAuthorizers = ["REQUEST", "TOKEN"] as const
const permissionCaches = ["memory", "redis"] as const

/** Minutes that Cognito and the change feed both bear: shorter ones cost sign-ins, longer ones carry old claims. */
const tokenBounds = { from: 5, to: 60 } as const

/** Seconds that a gateway keeps an authorizer's answer at most. */
const longestTtl = 3600

/**
 * How long a change stays in the feed, in seconds: at least as long as any token that was minted before it is let
 * through. That is the longest lifetime that can be configured, not the present one: a token that an earlier
 * deployment minted keeps the lifetime it has.
 */
export const changeLifetime = tokenBounds.to * 60 + longestTtl + 60

/** Reads one variable; empty and unset are the same. */
export type Read = (name: string) => string | undefined

/** Throws an error that names the variable and what is expected. */
export function parseConfig(read: Read): Config {
  const parsed: Config = {
    doors: parseDoors(read("AUTH_STRATEGIES") || "hybrid"),
    tokenMinutes: numberIn(read, "TOKEN_MINUTES", 15, tokenBounds),
    triggerVersion: oneOf(read, "TRIGGER_VERSION", triggerVersions),
    claimForm: oneOf(read, "CLAIM_FORM", claimForms),
    domain: parseDomain(read("API_DOMAIN")),
    corsOrigins: list(read("CORS_ORIGINS") ?? "").map(parseOrigin),
    layout: oneOf(read, "GATEWAY_LAYOUT", layouts),
    feedMaxAge:
      read("FEED_MAX_AGE") === "off"
        ? "off"
        : numberIn(read, "FEED_MAX_AGE", 5, { from: 1, to: 300 }, "`off` or "),
    feedMaxOutage: numberIn(read, "FEED_MAX_OUTAGE", 60, { from: 1, to: 3600 }),
    onStale: oneOf(read, "ON_STALE", onStales),
    claimsTtl: ttl(read, "CLAIMS_TTL", 0),
    cachedTtl: numberIn(read, "CACHED_TTL", 300, { from: 60, to: longestTtl }),
    cachedBy: oneOf(read, "CACHED_BY", cacheKeys),
    restAuthorizer: oneOf(read, "REST_AUTHORIZER", restAuthorizers),
    permissionCache: oneOf(read, "PERMISSION_CACHE", permissionCaches),
    alarmEmail: parseEmail(read("ALARM_EMAIL")),
    liveAuth: oneOf(read, "LIVE_AUTH", ["true", "false"] as const) === "true",
  }
  checkTogether(parsed)
  return parsed
}

/** What is right by itself and wrong together. */
function checkTogether(parsed: Config): void {
  const { doors: names, corsOrigins, layout, claimsTtl, restAuthorizer, feedMaxAge, feedMaxOutage } = parsed
  if (corsOrigins.length > 1 && names.some(isRest))
    throw new Error(
      `CORS_ORIGINS: expected one origin for a REST API, got ${corsOrigins.length}: its own answers cannot choose among several`,
    )
  const kept = names.filter((name) => name === "cached" || (isClaims(name) && claimsTtl > 0))
  if (layout === "proxy" && kept[0] !== undefined)
    throw new Error(
      `GATEWAY_LAYOUT: expected \`routes\` for \`${kept[0]}\`, whose answers are kept: behind \`proxy\` one answer would hold for every route`,
    )
  if (restAuthorizer === "TOKEN" && claimsTtl > 0)
    throw new Error(
      "REST_AUTHORIZER: expected `REQUEST` with a CLAIMS_TTL: a TOKEN authorizer's answers are kept under the token alone",
    )
  if (feedMaxAge !== "off" && feedMaxOutage < feedMaxAge)
    throw new Error(
      `FEED_MAX_OUTAGE: expected no less than FEED_MAX_AGE, ${feedMaxAge}, got \`${feedMaxOutage}\``,
    )
}

function isClaims(name: DoorName): boolean {
  return doors[name].strategy === "claims"
}

function isRest(door: DoorName): boolean {
  return doors[door].gateway === "rest-api"
}

function parseDoors(text: string): readonly DoorName[] {
  const names = list(text)
  const wanted = `a list of ${Object.keys(doors)
    .map((name) => `\`${name}\``)
    .join(", ")}`
  const unknown = names.find((name) => !isDoorName(name))
  if (unknown !== undefined) throw new Error(`AUTH_STRATEGIES: expected ${wanted}, got \`${unknown}\``)
  if (names.length === 0) throw new Error(`AUTH_STRATEGIES: expected ${wanted}, got none`)
  if (new Set(names).size < names.length)
    throw new Error(`AUTH_STRATEGIES: expected each front door once, got \`${text}\``)
  const known = names.filter(isDoorName)
  // Each would set the account's logging role, under the same name.
  if (known.filter(isRest).length > 1)
    throw new Error(
      `AUTH_STRATEGIES: expected at most one of \`claims-rest\`, \`cached\`, \`backend-rest\`, got \`${text}\`: SST 3 cannot make two REST APIs in one app`,
    )
  return known
}

function list(text: string): readonly string[] {
  return text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "")
}

/** The first value is the default. */
function oneOf<const Value extends string>(
  read: Read,
  name: string,
  values: readonly [Value, ...Value[]],
): Value {
  const text = read(name) || values[0]
  const value = values.find((each) => each === text)
  if (value === undefined)
    throw new Error(`${name}: expected ${values.map((each) => `\`${each}\``).join(" or ")}, got \`${text}\``)
  return value
}

function numberIn(
  read: Read,
  name: string,
  byDefault: number,
  { from, to }: { readonly from: number; readonly to: number },
  or = "",
): number {
  const text = read(name) || String(byDefault)
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < from || value > to)
    throw new Error(`${name}: expected ${or}a whole number from ${from} to ${to}, got \`${text}\``)
  return value
}

function ttl(read: Read, name: string, byDefault: number): number {
  return read(name) === "0" || (!read(name) && byDefault === 0)
    ? 0
    : numberIn(read, name, byDefault, { from: 60, to: longestTtl }, "0 or ")
}

function parseDomain(text: string | undefined): string | undefined {
  if (!text) return undefined
  if (!/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(text) || text.length > 253)
    throw new Error(`API_DOMAIN: expected a name such as \`api.example.com\`, got \`${text}\``)
  return text
}

function parseEmail(text: string | undefined): string | undefined {
  if (!text) return undefined
  if (!/^[^\s@,]+@[^\s@,]+\.[^\s@,.]+$/.test(text))
    throw new Error(`ALARM_EMAIL: expected one address such as \`team@example.com\`, got \`${text}\``)
  return text
}

/** An origin as a browser sends it: no path, no trailing slash, no pattern. */
function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.origin !== text || !/^https?:$/.test(url.protocol))
    throw new Error(
      `CORS_ORIGINS: expected a list of origins such as \`https://app.example.com\`, got \`${text}\``,
    )
  return text
}
