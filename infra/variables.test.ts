/** `.env`: what is read, what it means when it is not there, and which values stop a deploy. */
import { readFileSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { changeLifetime, parseConfig } from "./variables.ts"

const parse = (env: Readonly<Record<string, string>>) => parseConfig((name) => env[name])

test("nothing set is one front door, tokens for a quarter of an hour, and no cache anywhere", () => {
  expect(parse({})).toEqual({
    doors: ["hybrid"],
    tokenMinutes: 15,
    triggerVersion: "V3_0",
    claimForm: "packed",
    domain: undefined,
    corsOrigins: [],
    layout: "routes",
    feedMaxAge: 5,
    feedMaxOutage: 60,
    onStale: "recheck",
    claimsTtl: 0,
    cachedTtl: 300,
    cachedBy: "resource",
    restAuthorizer: "REQUEST",
    permissionCache: "memory",
    alarmEmail: undefined,
    liveAuth: true,
  })
})

test("a change outlives every token that was minted before it, and every answer kept for one", () => {
  const longest = parse({ TOKEN_MINUTES: "60", CACHED_TTL: "3600" })
  expect(changeLifetime).toBeGreaterThan(longest.tokenMinutes * 60 + longest.cachedTtl)
})

describe("accepts", () => {
  const rows: readonly [what: string, env: Record<string, string>, config: object][] = [
    ["empty values as unset ones", { AUTH_STRATEGIES: "", TOKEN_MINUTES: "", CORS_ORIGINS: "" }, {}],
    ["blanks in a list", { AUTH_STRATEGIES: " hybrid , cached," }, { doors: ["hybrid", "cached"] }],
    ["the shortest token", { TOKEN_MINUTES: "5" }, { tokenMinutes: 5 }],
    ["the longest token", { TOKEN_MINUTES: "60" }, { tokenMinutes: 60 }],
    ["an address for alarms", { ALARM_EMAIL: "team@example.com" }, { alarmEmail: "team@example.com" }],
    ["no feed, spelled out", { FEED_MAX_AGE: "off" }, { feedMaxAge: "off" }],
    [
      "several origins for HTTP APIs",
      { CORS_ORIGINS: "https://a.example.com,http://localhost:3000" },
      { corsOrigins: ["https://a.example.com", "http://localhost:3000"] },
    ],
    [
      "every HTTP API beside one REST API",
      { AUTH_STRATEGIES: "hybrid,claims,backend,claims-rest" },
      { doors: ["hybrid", "claims", "backend", "claims-rest"] },
    ],
  ]
  test.each(rows)("%s", (_, env, config) => {
    expect(parse(env)).toEqual({ ...parse({}), ...config })
  })
})

describe("refuses", () => {
  const origin = "CORS_ORIGINS: expected a list of origins such as `https://app.example.com`, got"
  const rows: readonly [what: string, env: Record<string, string>, sentence: string][] = [
    [
      "a front door that nobody knows",
      { AUTH_STRATEGIES: "hybrid,magic" },
      "AUTH_STRATEGIES: expected a list of `hybrid`, `claims`, `claims-rest`, `cached`, `backend`, `backend-rest`, got `magic`",
    ],
    ["a name that every object has", { AUTH_STRATEGIES: "constructor" }, "`backend-rest`, got `constructor`"],
    ["a list of nothing", { AUTH_STRATEGIES: " , " }, "`backend-rest`, got none"],
    [
      "a front door twice",
      { AUTH_STRATEGIES: "claims,claims" },
      "AUTH_STRATEGIES: expected each front door once",
    ],
    [
      "two REST APIs",
      { AUTH_STRATEGIES: "cached,backend-rest" },
      "AUTH_STRATEGIES: expected at most one of `claims-rest`, `cached`, `backend-rest`, got `cached,backend-rest`",
    ],
    [
      "a token that is too short",
      { TOKEN_MINUTES: "4" },
      "TOKEN_MINUTES: expected a whole number from 5 to 60, got `4`",
    ],
    [
      "a token that is too long",
      { TOKEN_MINUTES: "61" },
      "TOKEN_MINUTES: expected a whole number from 5 to 60, got `61`",
    ],
    [
      "half a minute",
      { TOKEN_MINUTES: "7.5" },
      "TOKEN_MINUTES: expected a whole number from 5 to 60, got `7.5`",
    ],
    ["another spelling of a number", { TOKEN_MINUTES: "1e1" }, "TOKEN_MINUTES: expected a whole number"],
    [
      "a trigger's version in SST's spelling",
      { TRIGGER_VERSION: "v3" },
      "TRIGGER_VERSION: expected `V3_0` or `V2_0` or `V1_0`, got `v3`",
    ],
    [
      "another form of the claim",
      { CLAIM_FORM: "zip" },
      "CLAIM_FORM: expected `packed` or `plain`, got `zip`",
    ],
    [
      "an address for a domain",
      { API_DOMAIN: "https://api.example.com" },
      "API_DOMAIN: expected a name such as `api.example.com`, got `https://api.example.com`",
    ],
    ["any origin", { CORS_ORIGINS: "*" }, `${origin} \`*\``],
    [
      "an origin with a path",
      { CORS_ORIGINS: "https://a.example.com/" },
      `${origin} \`https://a.example.com/\``,
    ],
    ["an origin in capitals", { CORS_ORIGINS: "https://A.example.com" }, origin],
    ["a file as origin", { CORS_ORIGINS: "file:///a" }, origin],
    [
      "two origins for a REST API",
      { AUTH_STRATEGIES: "cached", CORS_ORIGINS: "https://a.example.com,https://b.example.com" },
      "CORS_ORIGINS: expected one origin for a REST API, got 2",
    ],
    [
      "a feed that is never read",
      { FEED_MAX_AGE: "0" },
      "FEED_MAX_AGE: expected `off` or a whole number from 1 to 300, got `0`",
    ],
    [
      "a short outage",
      { FEED_MAX_OUTAGE: "-1" },
      "FEED_MAX_OUTAGE: expected a whole number from 1 to 3600, got `-1`",
    ],
    [
      "an outage that is over before the feed is old",
      { FEED_MAX_AGE: "60", FEED_MAX_OUTAGE: "30" },
      "FEED_MAX_OUTAGE: expected no less than FEED_MAX_AGE, 60, got `30`",
    ],
    [
      "another way with old tokens",
      { ON_STALE: "allow" },
      "ON_STALE: expected `recheck` or `refuse`, got `allow`",
    ],
    [
      "an answer kept too shortly",
      { CLAIMS_TTL: "59" },
      "CLAIMS_TTL: expected 0 or a whole number from 60 to 3600, got `59`",
    ],
    [
      "`cached` that keeps nothing",
      { CACHED_TTL: "0" },
      "CACHED_TTL: expected a whole number from 60 to 3600, got `0`",
    ],
    ["another cache key", { CACHED_BY: "token" }, "CACHED_BY: expected `resource` or `path`, got `token`"],
    [
      "kept answers of a TOKEN authorizer",
      { REST_AUTHORIZER: "TOKEN", CLAIMS_TTL: "60" },
      "REST_AUTHORIZER: expected `REQUEST` with a CLAIMS_TTL",
    ],
    [
      "kept answers behind one route",
      { AUTH_STRATEGIES: "hybrid,cached", GATEWAY_LAYOUT: "proxy" },
      "GATEWAY_LAYOUT: expected `routes` for `cached`, whose answers are kept",
    ],
    [
      "kept claims behind one route",
      { AUTH_STRATEGIES: "claims", CLAIMS_TTL: "60", GATEWAY_LAYOUT: "proxy" },
      "GATEWAY_LAYOUT: expected `routes` for `claims`, whose answers are kept",
    ],
    [
      "another cache",
      { PERMISSION_CACHE: "disk" },
      "PERMISSION_CACHE: expected `memory` or `redis`, got `disk`",
    ],
    [
      "two addresses for alarms",
      { ALARM_EMAIL: "a@example.com,b@example.com" },
      "ALARM_EMAIL: expected one address such as `team@example.com`, got `a@example.com,b@example.com`",
    ],
    [
      "what is no address",
      { ALARM_EMAIL: "team" },
      "ALARM_EMAIL: expected one address such as `team@example.com`, got `team`",
    ],
    ["neither yes nor no", { LIVE_AUTH: "no" }, "LIVE_AUTH: expected `true` or `false`, got `no`"],
  ]
  test.each(rows)("%s", (_, env, sentence) => {
    expect(() => parse(env)).toThrow(sentence)
  })
})

describe(".env.example", () => {
  const lines = readFileSync(new URL("../.env.example", import.meta.url), "utf8").split("\n")
  const listed = new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^# ([A-Z_]+)=(.*)$/.exec(line) ?? []
      return name === undefined || value === undefined || name.startsWith("AWS_") ? [] : [[name, value]]
    }),
  )

  test("has every variable, and no other", () => {
    const read = new Set<string>()
    parseConfig((name) => void read.add(name))
    expect([...listed.keys()].toSorted()).toEqual([...read].toSorted())
  })

  test("has the defaults", () => {
    expect(parseConfig((name) => listed.get(name))).toEqual(parse({}))
  })

  test("says of each what it means and who reads it", () => {
    for (const name of listed.keys()) {
      const at = lines.findIndex((line) => line.startsWith(`# ${name}=`))
      const above = lines.slice(0, at).join("\n").split("\n\n").at(-1) ?? ""
      expect(above, name).toMatch(/^# .*\n?/)
      expect(above, name).toMatch(/Read by\s/)
    }
  })
})
