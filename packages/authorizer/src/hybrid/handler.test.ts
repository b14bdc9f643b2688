/** The function as it is deployed, with keys and tokens of its own, behind the feed that the store writes. */
import {
  createDynamoClient,
  createDynamoStore,
  evaluate,
  newAttribution,
  type PermissionStore,
} from "@claimgate/store"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest"
import { type DynamoServer, startDynamo } from "../../../local/src/dynamo/server.ts"
import { type Deployed, startDeployed } from "../../test/deployed.ts"
import { fillTable } from "../../test/feed-table.ts"

const table = "permissions"
let deployed: Deployed
let dynamo: DynamoServer
let store: PermissionStore

beforeAll(async () => {
  dynamo = await startDynamo()
  const credentials = { accessKeyId: "test", secretAccessKey: "test" }
  const client = createDynamoClient({ endpoint: dynamo.endpoint, region: "eu-west-1", credentials })
  await fillTable(dynamo.endpoint, table, [])
  store = createDynamoStore({ client, table })
  deployed = await startDeployed()
})
afterAll(async () => {
  deployed.stop()
  await dynamo.close()
})

const by = () => newAttribution("tester", "admin-api")
let subjects = 0
let subject = ""
let role = ""
/** What the trigger would mint for the subject now, but for the permissions. */
let current: Record<string, string> = {}
beforeEach(async () => {
  subject = `6f1c2c3e-0001-4000-8000-${String(++subjects).padStart(12, "0")}`
  role = `reader-${subjects}`
  await store.putRole({ name: role, permissions: ["GET:/api/users"] }, 0, by())
  await store.putMember(member(), 0, by())
  current = await mint()
  dynamo.resetStats()
  deployed.bind(environment())
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

function environment(): Record<string, string> {
  return {
    SST_RESOURCE_Permissions: JSON.stringify({ name: table, type: "sst.aws.Dynamo" }),
    FEED_MAX_AGE: "5",
    FEED_MAX_OUTAGE: "60",
    ON_STALE: "recheck",
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SESSION_TOKEN: "test",
  }
}

function member() {
  return { subject, roles: [role], permissions: [], disabled: false }
}

async function mint(): Promise<Record<string, string>> {
  const { roles, epoch } = evaluate(await store.load(subject))
  const names = roles.length > 0 ? roles.join(",") : "guest"
  return { "custom:role": names, "custom:epoch": epoch, "custom:permissions": "GET:/api/users" }
}

const event = (route: string, claims = current) => {
  const [method = "", path = ""] = route.split(" ")
  return {
    version: "2.0",
    type: "REQUEST",
    routeKey: route,
    rawPath: path,
    headers: { authorization: deployed.authorization({ sub: subject, ...claims }) },
    requestContext: { requestId: "r", http: { method, path } },
  }
}

/** Lets seconds pass, for clocks but not for timers. */
function pass(seconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + seconds * 1000 })
}

const recheck = (because: string) => ({ isAuthorized: true, context: { decision: "recheck", because } })
const allowed = { isAuthorized: true, context: { decision: "allowed" } }

describe("a token", () => {
  const changes: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["its member got or lost something", () => store.putMember({ ...member(), roles: [] }, 1, by())],
    ["its member was disabled", () => store.putMember({ ...member(), disabled: true }, 1, by())],
    ["its member was deleted", () => store.deleteMember(subject, 1, by())],
    ["its role was changed", () => store.putRole({ name: role, permissions: [] }, 1, by())],
    ["its role was deleted", () => store.deleteRole(role, 1, by())],
    ["the generation was raised", () => store.raiseGeneration(by())],
  ]
  it.each(changes)(
    "is believed until %s, and five seconds; a new one is believed at once",
    async (_, act) => {
      const { handler } = await import("./handler.ts")
      expect(await handler(event("GET /api/users"))).toMatchObject(allowed)
      await act()
      pass(6)
      expect(await handler(event("GET /api/users"))).toMatchObject(recheck("stale_epoch"))
      expect(await handler(event("GET /api/users", await mint()))).toMatchObject(allowed)
    },
  )

  it("of somebody else does not care about that", async () => {
    const { handler } = await import("./handler.ts")
    await handler(event("GET /api/users"))
    await store.putMember({ ...member(), subject: "somebody-else" }, 0, by())
    pass(6)
    expect(await handler(event("GET /api/users"))).toMatchObject(allowed)
  })

  it("that is behind is let through to a route that it does not hold: a grant may be what it lacks", async () => {
    const { handler } = await import("./handler.ts")
    expect(await handler(event("GET /api/reports/{id}"))).toMatchObject({ isAuthorized: false })
    const behind = { ...current, "custom:epoch": "0.0.0" }
    expect(await handler(event("GET /api/reports/{id}", behind))).toMatchObject(recheck("stale_epoch"))
  })

  it("without an epoch is not believed", async () => {
    const { handler } = await import("./handler.ts")
    const plain = { ...current, "custom:epoch": "" }
    expect(await handler(event("GET /api/users", plain))).toMatchObject(recheck("unreadable_epoch"))
  })

  it("is not believed by a process that never read the feed", async () => {
    const recover = dynamo.injectFault({ kind: "internal", times: Number.POSITIVE_INFINITY })
    const { handler } = await import("./handler.ts")
    expect(await handler(event("GET /api/users"))).toMatchObject(recheck("feed_unavailable"))
    expect(await handler(event("GET /api/users"))).toMatchObject(recheck("feed_unavailable"))
    recover()
    expect(deployed.logged().map((entry) => entry.event)).toEqual(["feed", "decision", "decision"])
    pass(1)
    expect(await handler(event("GET /api/users"))).toMatchObject(allowed)
  })

  it("is asked for no feed where being signed in is enough", async () => {
    const { handler } = await import("./handler.ts")
    expect(await handler(event("GET /api/me"))).toMatchObject(allowed)
    expect(dynamo.stats()).toEqual({})
  })

  it("that is behind is a 401 where that is spelled out, and one that is current is not", async () => {
    vi.stubEnv("ON_STALE", "refuse")
    const { handler } = await import("./handler.ts")
    const behind = { ...current, "custom:epoch": "0.0.0" }
    await expect(handler(event("GET /api/users", behind))).rejects.toThrow(/^Unauthorized$/)
    expect(await handler(event("GET /api/users"))).toMatchObject(allowed)
  })

  it("is believed without a feed where that is spelled out", async () => {
    vi.stubEnv("FEED_MAX_AGE", "off")
    const { handler } = await import("./handler.ts")
    const behind = { ...current, "custom:epoch": "0.0.0" }
    expect(await handler(event("GET /api/users", behind))).toMatchObject(allowed)
    expect(dynamo.stats()).toEqual({})
  })
})

it("each decision says how old the feed was, and two decisions share a poll", async () => {
  const { handler } = await import("./handler.ts")
  await handler(event("GET /api/users"))
  pass(2)
  await handler(event("GET /api/users"))
  const ages = deployed.logged().map((entry) => entry.feedAge)
  expect(ages).toEqual([expect.any(Number), expect.any(Number)])
  expect(ages[0]).toBeLessThan(1000)
  expect(ages[1]).toBeGreaterThanOrEqual(2000)
  expect(dynamo.stats()).toEqual({ Query: 1 })
})

it("no decision says how old a feed was that it did not ask: an idle copy is no alarm", async () => {
  const { handler } = await import("./handler.ts")
  await handler(event("GET /api/users"))
  pass(600)
  await handler(event("GET /api/me"))
  await handler(event("GET /no/such/route")).catch(() => undefined)
  await handler({ ...event("GET /api/users"), headers: {} }).catch(() => undefined)
  expect(deployed.logged().map(({ status, feedAge }) => [status, feedAge])).toEqual([
    [200, expect.any(Number)],
    [200, undefined],
    [403, undefined],
    [401, undefined],
  ])
})

it.each([
  ["FEED_MAX_AGE", ""],
  ["FEED_MAX_AGE", "soon"],
  ["FEED_MAX_OUTAGE", ""],
  ["ON_STALE", ""],
  ["ON_STALE", "allow"],
  ["AWS_REGION", ""],
  ["AWS_SECRET_ACCESS_KEY", ""],
])("does not start with %s=%s", async (name, value) => {
  vi.stubEnv(name, value)
  await expect(import("./handler.ts")).rejects.toMatchObject({ code: "malformed_configuration" })
})
