/** A Redis that fails or forgets behind the backend as it is deployed: two processes of it share a real redis-server. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest"
import { createIssuer } from "../../packages/authorizer/test/issuer.ts"
import { describeWithRedis, type RedisServer, startRedis } from "../../packages/backend/test/redis.ts"
import { type Ask, deployedAt, startApi, tokenOf } from "./api.ts"
import { type KeyServer, startKeyServer } from "./key-server.ts"
import { byTest, type PermissionTable, startPermissionTable } from "./permission-table.ts"
import { type FunctionProcess, functionProcess, starting } from "./process.ts"
import { startProxy, type TcpProxy } from "./proxy.ts"

const signer = createIssuer(Date.now)
const second = 1000
const within30 = "GET /api/reports/7"
/** `now`, and nobody here holds it: what the store says is all that counts. */
const sensitive = "DELETE /api/reports/7"

describeWithRedis("the backend and its Redis", () => {
  let keys: KeyServer
  let table: PermissionTable
  let redis: RedisServer
  let proxy: TcpProxy
  let backends: readonly FunctionProcess[]
  let asks: readonly Ask[]
  let subjects = 0

  beforeAll(async () => {
    ;[keys, table, redis] = await Promise.all([
      startKeyServer(signer.jwks),
      startPermissionTable(),
      startRedis(),
    ])
    proxy = await startProxy(`http://127.0.0.1:${redis.address.port}`)
    const addresses = { dynamo: table.dynamo.endpoint, userPool: keys.proxy.address }
    const { environment, ...config } = await deployedAt("hybrid", "backend", addresses)
    const REDIS_URL = `redis://127.0.0.1:${proxy.port}`
    const shared = { ...config, environment: { ...environment, PERMISSION_CACHE: "redis", REDIS_URL } }
    backends = [functionProcess(shared), functionProcess(shared)]
    const authorizer = functionProcess(await deployedAt("hybrid", "authorizer", addresses))
    asks = backends.map((backend) => startApi("hybrid", authorizer, backend))
    await Promise.all(backends.map((one) => one.start()))
  }, starting)
  afterAll(async () => {
    await Promise.all([proxy.stop(), keys.stop()])
    await Promise.all([redis.stop(), table.stop()])
  })

  let subject = ""
  let token = ""
  beforeEach(async () => {
    subject = `sub-${++subjects}`
    await table.store.putMember(holding(["GET:/api/reports/{id}", "DELETE:/api/reports/{id}"]), 0, byTest())
    token = tokenOf(signer, await table.claimsOf(subject))
  })
  afterEach(async () => {
    redis.thaw()
    await proxy.suffer("none")
  })

  const holding = (permissions: readonly string[]) => ({ subject, roles: [], permissions, disabled: false })
  const ask = (process: number, request = within30) => asks[process]!(request, token)
  const readsOf = async (work: () => Promise<unknown>) => {
    const before = table.dynamo.stats().BatchGetItem ?? 0
    await work()
    return (table.dynamo.stats().BatchGetItem ?? 0) - before
  }
  /** The report is not there, which only those are told who may read it. */
  const letIn = 404

  /** The other process' first request is answered by Redis: it comes back when it likes. */
  async function untilShared(): Promise<void> {
    const answeredByRedis = async () => {
      subject = `sub-${++subjects}`
      await table.store.putMember(holding(["GET:/api/reports/{id}"]), 0, byTest())
      token = tokenOf(signer, await table.claimsOf(subject))
      await ask(0)
      return readsOf(() => ask(1))
    }
    await expect.poll(answeredByRedis, { timeout: 12_000, interval: 100 }).toBe(0)
  }

  it("is told of no revoke, as where the message was lost: its copy ends with its route's bound, `now` sees it at once", {
    timeout: 30_000,
  }, async () => {
    await untilShared()
    await table.store.putMember(holding([]), 1, byTest())
    // A process that never saw the subject, and one that did: both by the copy.
    for (const process of [0, 1]) expect((await ask(process)).status).toBe(letIn)
    for (const process of [0, 1]) expect((await ask(process, sensitive)).status).toBe(403)
  })

  it("has copies that end with the bound, in the process that made one and in the one that took it", {
    timeout: 30_000,
  }, async () => {
    await untilShared()
    expect((await ask(1)).status).toBe(letIn)
    await table.store.putMember(holding([]), 1, byTest())
    for (const backend of backends) backend.shift(31 * second)
    for (const process of [0, 1]) expect((await ask(process)).status).toBe(403)
    for (const backend of backends) backend.shift(-31 * second)
  })

  it.each([
    ["is frozen", async () => redis.hang()],
    ["says nothing", () => proxy.suffer("hang")],
    ["cannot be reached", () => proxy.suffer("refuse")],
  ] as const)(
    "%s: the table answers, in time, and Redis is back when it is back",
    { timeout: 30_000 },
    async (_, begin) => {
      await untilShared()
      await begin()
      for (let request = 0; request < 5; request++) {
        subject = `sub-${++subjects}`
        await table.store.putMember(holding(["GET:/api/reports/{id}"]), 0, byTest())
        token = tokenOf(signer, await table.claimsOf(subject))
        const answers = await Promise.all([ask(0), ask(1)])
        expect(answers.map(({ status }) => status)).toEqual([letIn, letIn])
        // 50 ms for Redis, as redis-faults.test.ts measures; the rest is the table and a machine that is busy.
        expect(Math.max(...answers.map(({ took }) => took))).toBeLessThan(1500)
      }
      redis.thaw()
      await proxy.suffer("none")
      for (const backend of backends) backend.shift(10 * second)
      await untilShared()
    },
  )
})
