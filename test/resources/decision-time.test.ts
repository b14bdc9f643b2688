/** No input of 10 KB, wherever a client can put it, takes an authorizer more than five milliseconds. */
import { catalog } from "@claimgate/catalog"
import { describe, expect, it } from "vitest"
import {
  claimSource,
  createAuthorize,
  createHttpAuthorizer,
  createRestAuthorizer,
  createVerify,
} from "../../packages/authorizer/src/index.ts"
import { clientId, createIssuer, encode, issuer } from "../../packages/authorizer/test/issuer.ts"

/** A gateway takes no more in all headers together. */
const longest = 10_240
const bound = 5
const pool = createIssuer(() => Date.now())

const authorize = createAuthorize({
  verify: createVerify(
    { issuer, clientIds: [clientId], tokenUse: "access", jwksUri: `${issuer}/keys` },
    { fetchKeys: async () => pool.jwks, now: () => Date.now() },
  ),
  catalog,
  source: claimSource(catalog),
  onDoubt: "refuse",
  log: () => undefined,
  now: () => performance.now(),
})
const http = createHttpAuthorizer(authorize)
const rest = createRestAuthorizer(authorize, "path")

const repeated = (text: string) => text.repeat(Math.floor(longest / text.length))

/** What has made parsers slow: long runs, deep nesting, almost-matches, escapes. */
const texts: readonly string[] = [
  ...["a", "/", "//", "/a", "/.", "/..", "%", "%2", "%2e", "%2f", "%25", "%e2%82", "/%c0%ae", ";", "\\", " "],
  ...[
    "A",
    "=",
    ".",
    "..",
    "a.",
    ",",
    ":",
    ":/",
    "GET:/",
    "*:/**,",
    "!",
    "{",
    "{a}",
    "[",
    '{"a":',
    "\u0000",
    "ä",
  ],
  ...["𝒳", "bearer ", "0.", "1", "9", "_-", "Bearer a.b.c,", "/api/users/", "/api/devices/x/files/a"],
].map(repeated)

/** The tokens in which a text can reach a decision: 8 KB at most, signed by the pool. */
function signedWith(claims: (text: string) => Record<string, unknown>): (text: string) => string {
  return (text) => `Bearer ${pool.token(claims(text.slice(0, 5000)))}`
}

interface Asked {
  readonly authorization?: string
  readonly path?: string
  readonly method?: string
  readonly route?: string
}

const good = `Bearer ${pool.token()}`
const [header = "", payload = "", signature = ""] = pool.token().split(".")

const places: readonly (readonly [place: string, put: (text: string) => Asked])[] = [
  ["the Authorization header", (text) => ({ authorization: text })],
  ["the token", (text) => ({ authorization: `Bearer ${text}` })],
  ["the token's header", (text) => ({ authorization: `Bearer ${base64(text)}.${payload}.${signature}` })],
  ["the key id", (text) => ({ authorization: `Bearer ${withKid(text)}.${payload}.${signature}` })],
  ["the payload", (text) => ({ authorization: `Bearer ${header}.${base64(text)}.${signature}` })],
  ["the signature", (text) => ({ authorization: `Bearer ${header}.${payload}.${base64(text)}` })],
  ["the path", (text) => ({ path: `/${text}` })],
  ["the path below a route", (text) => ({ path: `/api/devices/1/files/${text}` })],
  ["the method", (text) => ({ method: text })],
  ["the gateway's route", (text) => ({ route: `GET /${text}` })],
  ["the permissions", signedPlace((text) => ({ "custom:permissions": text }))],
  ["packed permissions", signedPlace((text) => ({ "custom:permissions": `B5iqGe${text}`.slice(0, 4096) }))],
  ["the roles", signedPlace((text) => ({ "custom:role": text }))],
  ["the epoch", signedPlace((text) => ({ "custom:epoch": text }))],
  ["the subject", signedPlace((text) => ({ sub: text }))],
  ["a claim that nobody reads", signedPlace((text) => ({ other: text }))],
]

function signedPlace(claims: (text: string) => Record<string, unknown>): (text: string) => Asked {
  const sign = signedWith(claims)
  return (text) => ({ authorization: sign(text) })
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64url").slice(0, 7000)
}

function withKid(text: string): string {
  return encode({ alg: "RS256", kid: text.slice(0, 5000) })
}

function httpEvent({ authorization = good, path = "/api/users", method = "GET", route = "$default" }: Asked) {
  return {
    version: "2.0",
    type: "REQUEST",
    routeKey: route,
    rawPath: path,
    headers: { authorization },
    identitySource: [authorization],
    requestContext: { requestId: "1", http: { method, path } },
  }
}

function restEvent({ authorization = good, path = "/api/users", method = "GET" }: Asked) {
  return {
    type: "TOKEN",
    authorizationToken: authorization,
    methodArn: `arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/${method}${path}`,
  }
}

/** The least of several times, in milliseconds: what it takes, and not what else the machine does. */
async function timeOf(work: () => Promise<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < 5 && least > bound / 10; turn++) {
    const started = performance.now()
    await work()
    least = Math.min(least, performance.now() - started)
  }
  return least
}

const gateways: readonly (readonly [string, (asked: Asked) => Promise<unknown>])[] = [
  ["HTTP API", (asked) => http(httpEvent(asked))],
  ["REST API", (asked) => rest(restEvent(asked))],
]

describe.each(gateways)("%s", (_, ask) => {
  // Every one is refused, by an answer or by an error; how long that takes is what counts here.
  const settled = (asked: Asked) => ask(asked).catch(() => undefined)

  it.each(places)("%s", async (_, put) => {
    const slow: string[] = []
    for (const text of texts) {
      const asked = put(text)
      const time = await timeOf(() => settled(asked))
      if (time >= bound) slow.push(`${text.slice(0, 8)}… ${time} ms`)
    }
    expect(slow).toEqual([])
  })
})
