import { createCatalog, defineRoutes } from "@claimgate/core"
import { describe, expect, test } from "vitest"
import { doors } from "../test/doors.ts"
import { restEventOf } from "../test/event.ts"
import { createBackend } from "./app.ts"
import { corsFor, parseCors } from "./cors.ts"
import { endpoint, nothing } from "./endpoint.ts"
import { createLambda } from "./lambda.ts"

const routes = defineRoutes({
  open: { route: "GET /open", access: "public" },
  varied: { route: "GET /varied", access: "public" },
  broken: { route: "GET /broken", access: "public" },
  mine: "GET /mine",
  choices: { route: "OPTIONS /open", access: "public" },
})
const app = createBackend({
  routes,
  handlers: {
    open: endpoint(nothing, ({ c }) => c.json({})),
    varied: endpoint(nothing, ({ c }) => c.json({}, 200, { vary: c.req.header("x-vary") ?? "" })),
    broken: endpoint(nothing, () => Promise.reject(new Error("secret"))),
    mine: endpoint(nothing, ({ c }) => c.json({})),
    choices: endpoint(nothing, ({ c }) => c.body(null, 204, { allow: "GET" })),
  },
  catalog: createCatalog(
    Object.values(routes).map(({ method, path }) => `${method} ${path}`),
    undefined,
    {
      "GET /open": "public",
      "GET /varied": "public",
      "GET /broken": "public",
      "OPTIONS /open": "public",
    },
  ),
  readHoldings: () => Promise.reject(new Error("not asked")),
  door: doors["claims-rest"],
  log: () => undefined,
  now: () => 0,
})

const allowed = "https://app.example.com"
const answered: readonly (readonly [string, number])[] = [
  ["GET /open", 200],
  ["OPTIONS /open", 204],
  ["GET /mine", 401],
  ["GET /none", 404],
  ["GET /../open", 400],
  ["GET /broken", 500],
]
async function ask(request: string, headers: Readonly<Record<string, string>>, cors = parseCors(allowed)) {
  const { statusCode, headers: sent } = await createLambda(
    app,
    "rest-api",
    cors,
  )(restEventOf({ request, headers }))
  const names = Object.keys(sent).filter((name) => name.startsWith("access-control-") || name === "vary")
  return { statusCode, cors: Object.fromEntries(names.map((name) => [name, sent[name]])) }
}

describe.each(answered)("%s, which is answered %i", (request, statusCode) => {
  test("can be read by a page of the one origin", async () => {
    const exposed = "retry-after,www-authenticate,x-claimgate-refresh"
    expect(await ask(request, { Origin: allowed })).toEqual({
      statusCode,
      cors: {
        "access-control-allow-origin": allowed,
        "access-control-expose-headers": exposed,
        vary: "origin",
      },
    })
  })

  test.each([
    "https://app.example.com.evil.example",
    "https://evil.example",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://APP.example.com",
    `${allowed}/`,
    `${allowed}, https://evil.example`,
    "null",
    "*",
    "",
  ])("says nothing to a page of `%s`", async (origin) => {
    expect(await ask(request, { Origin: origin })).toEqual({ statusCode, cors: { vary: "origin" } })
  })

  test("says nothing to whoever is no page", async () => {
    expect(await ask(request, {})).toEqual({ statusCode, cors: { vary: "origin" } })
  })

  test("says nothing where nothing is configured", async () => {
    const { statusCode: status, headers } = await createLambda(
      app,
      "rest-api",
    )(restEventOf({ request, headers: { origin: allowed } }))
    expect([status, Object.keys(headers).filter((name) => /^access-control|^vary$/.test(name))]).toEqual([
      statusCode,
      [],
    ])
  })
})

test("an origin that was sent twice is none", async () => {
  const event = restEventOf({ request: "GET /open" })
  const twice = { ...event, multiValueHeaders: { Origin: [allowed, allowed] } }
  const { headers } = await createLambda(app, "rest-api", corsFor(allowed))(twice)
  expect(headers).not.toHaveProperty("access-control-allow-origin")
})

test.each([undefined, ""])("%j configures nothing", (text) => {
  expect(parseCors(text)).toBeUndefined()
})

test.each([
  "*",
  "null",
  "https://a.example.com,https://b.example.com",
  `${allowed}/`,
  "ftp://a.example.com",
  "app",
])("%s does not start", (text) => {
  expect(() => parseCors(text)).toThrow(
    "CORS_ORIGINS: expected one origin such as `https://app.example.com`, got",
  )
})

describe("a handler's own `vary`", () => {
  const rows: readonly (readonly [own: string, sent: string])[] = [
    ["accept-language", "accept-language, origin"],
    ["accept, accept-language", "accept, accept-language, origin"],
    ["Origin,accept", "Origin, accept"],
  ]
  test.each(rows)("%s becomes %s", async (own, sent) => {
    const { cors } = await ask("GET /varied", { origin: allowed, "x-vary": own })
    expect(cors).toMatchObject({ vary: sent, "access-control-allow-origin": allowed })
  })

  test("stays as it is where the gateway has CORS of its own", async () => {
    const { cors } = await ask("GET /varied", { origin: allowed, "x-vary": "accept" }, () => ({}))
    expect(cors).toEqual({ vary: "accept" })
  })
})
