/** Functions that are broken or were never complete, each a real process, behind both gateways. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createIssuer } from "../../packages/authorizer/test/issuer.ts"
import type { LambdaFunction } from "../../packages/local/src/function.ts"
import { type Ask, deployedAt, openBackend, startApi, tokenOf } from "./api.ts"
import { type KeyServer, startKeyServer } from "./key-server.ts"
import { type PermissionTable, startPermissionTable } from "./permission-table.ts"
import { type FunctionProcess, functionProcess, starting } from "./process.ts"

const signer = createIssuer(Date.now)
const route = "GET /api/users"
const doors = ["hybrid", "cached"] as const
let keys: KeyServer
let table: PermissionTable
let ben: string

beforeAll(async () => {
  ;[keys, table] = await Promise.all([startKeyServer(signer.jwks), startPermissionTable()])
  ben = tokenOf(signer, await table.claimsOf("sub-ben"))
}, starting)
afterAll(async () => {
  await Promise.all([keys.stop(), table.stop()])
})

const addresses = () => ({ dynamo: table.dynamo.endpoint, userPool: keys.proxy.address })

/** The gateway's own 5xx, on both kinds; the backend hears nothing of the request, and nothing is remembered. */
async function expectRefused(authorizer: LambdaFunction, within: number, times = 2): Promise<void> {
  for (const door of doors) {
    const backend = openBackend()
    const ask = startApi(door, authorizer, backend)
    for (let time = 0; time < times; time++) {
      const { status, body, took } = await ask(route, ben)
      expect([door, status]).toEqual([door, 500])
      expect(body).not.toMatch(/ECONNREFUSED|properties|Tokens|process/)
      expect(took).toBeLessThan(within)
    }
    expect(backend.events).toEqual([])
  }
}

describe("nobody comes through, and the backend is not called, where an authorizer", () => {
  const broken = (BROKEN: string, more: object = {}) =>
    functionProcess({ name: "broken", entry: "test/faults/broken.ts", environment: { BROKEN }, ...more })

  it.each([
    "throws",
    "rejects",
    "undefined",
    "null",
    "text",
    "true in text",
    "half a policy",
    "a policy without principal",
    "a policy for nothing",
  ])("answers: %s", async (how) => {
    await expectRefused(broken(how), 2000)
  })

  it.each(["never", "busy"])("does not answer in its time: %s", async (how) => {
    const timeout = 150
    const authorizer = broken(how, { timeout })
    await authorizer.start()
    await expectRefused(authorizer, timeout + 1500)
  })

  it.each([
    ["runs out of memory", "out of memory", "SIGABRT"],
    ["ends its own process", "exits", 1],
  ])("%s; a new process is started for the next request", async (_, how, end) => {
    const authorizer = broken(how, { flags: ["--max-old-space-size=24"] })
    // At both gateways: the second request has a process of its own.
    await expectRefused(authorizer, 5000, 1)
    expect(authorizer.ends).toEqual([end, end])
  })

  it("crashes when it is loaded", async () => {
    await expectRefused(broken("load"), 5000)
  })
})

it("who is throttled by Lambda is refused, and only for as long as that lasts", async () => {
  const real = functionProcess(await deployedAt("hybrid", "authorizer", addresses()))
  let isThrottled = true
  const authorizer: LambdaFunction = {
    name: "throttled",
    invoke: async (event) =>
      isThrottled
        ? { ok: false, errorType: "TooManyRequestsException", errorMessage: "Rate Exceeded." }
        : real.invoke(event),
  }
  await expectRefused(authorizer, 500)
  const backend = openBackend()
  const ask = startApi("hybrid", authorizer, backend)
  expect((await ask(route, ben)).status).toBe(500)
  isThrottled = false
  expect((await ask(route, ben)).status).toBe(200)
  expect(backend.events).toHaveLength(1)
})

describe("a function that was deployed without something that it needs", () => {
  const missing = [
    ["claims", "authorizer", "SST_RESOURCE_Tokens"],
    ["hybrid", "authorizer", "FEED_MAX_AGE"],
    ["cached", "authorizer", "POLICY_RESOURCE"],
  ] as const
  it.each(missing)(
    "%s: its %s has no handler without %s, and lets nobody in",
    async (door, role, variable) => {
      const { environment, ...config } = await deployedAt(door, role, addresses())
      const { [variable]: taken, ...rest } = environment
      expect(taken).toBeDefined()
      const incomplete = functionProcess({ ...config, environment: rest })
      await expect(incomplete.start()).rejects.toThrow(/crashed at load: .*(not linked|expected)/)
      const backend = openBackend()
      expect((await startApi(door, incomplete, backend)(route, ben)).status).toBe(500)
      expect(backend.events).toEqual([])
    },
  )

  it.each([
    ["no clients", { clientIds: [] }],
    ["an issuer that is none", { issuer: "*" }],
  ])("hybrid: its authorizer does not take %s for any", async (_, wrong) => {
    const { environment, ...config } = await deployedAt("hybrid", "authorizer", addresses())
    const tokens = { ...JSON.parse(environment.SST_RESOURCE_Tokens ?? ""), ...wrong }
    const SST_RESOURCE_Tokens = JSON.stringify(tokens)
    const authorizer = functionProcess({ ...config, environment: { ...environment, SST_RESOURCE_Tokens } })
    await expect(authorizer.start()).rejects.toThrow("crashed at load: ")
  })
})

describe("a backend that is called past its authorizer", () => {
  let backend: FunctionProcess
  let ask: Ask
  const admin = "GET /api/admin/roles"

  beforeAll(async () => {
    backend = functionProcess(await deployedAt("hybrid", "backend", addresses()))
    const authorizer = functionProcess(await deployedAt("hybrid", "authorizer", addresses()))
    ask = startApi("hybrid", authorizer, backend)
    const ann = tokenOf(signer, await table.claimsOf("sub-ann"))
    // With its context the same event is answered.
    expect((await ask(admin, ann)).status).toBe(200)
  }, starting)

  interface Event {
    readonly requestContext: { readonly authorizer: { readonly lambda: Readonly<Record<string, unknown>> } }
  }
  const contexts: readonly (readonly [
    string,
    (lambda: Event["requestContext"]["authorizer"]["lambda"]) => unknown,
  ])[] = [
    ["without any context", () => undefined],
    ["with an empty one", () => ({})],
    ["with a lambda context that is null", () => ({ lambda: null })],
    ["with one of another authorizer's shape", (lambda) => lambda],
    ["with a JWT authorizer's", (lambda) => ({ jwt: { claims: lambda, scopes: null } })],
    ["with an IAM authorizer's", () => ({ iam: { userId: "somebody" } })],
    ...["subject", "roles", "epoch", "exp", "decision", "route"].map(
      (field): [string, (lambda: Readonly<Record<string, unknown>>) => unknown] => [
        `without ${field}`,
        ({ [field]: _, ...lambda }) => ({ lambda }),
      ],
    ),
    ["with a decision that is none", (lambda) => ({ lambda: { ...lambda, decision: "ALLOWED" } })],
    ["with a subject that is a list", (lambda) => ({ lambda: { ...lambda, subject: ["sub-ann"] } })],
    ["with a time that is a number", (lambda) => ({ lambda: { ...lambda, exp: Number(lambda.exp) } })],
    ["with a time that is over", (lambda) => ({ lambda: { ...lambda, exp: "1" } })],
  ]
  it.each(contexts)("answers 401 %s", async (_, change) => {
    // The event of the request above, as the gateway made it.
    const event = backend.events[0] as Event
    const authorizer = change(event.requestContext.authorizer.lambda)
    const answer = await backend.invoke({ ...event, requestContext: { ...event.requestContext, authorizer } })
    expect(answer).toMatchObject({ ok: true, payload: { statusCode: 401 } })
  })

  it("for another route than the one that was authorized: 403, though the caller may do both", async () => {
    const event = backend.events[0] as Event
    const lambda = { ...event.requestContext.authorizer.lambda, route: "GET /api/users" }
    const requestContext = { ...event.requestContext, authorizer: { lambda } }
    const answer = await backend.invoke({ ...event, requestContext })
    expect(answer).toMatchObject({ ok: true, payload: { statusCode: 403 } })
  })
})
