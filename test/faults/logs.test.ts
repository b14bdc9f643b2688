/** Nobody reads what a function writes, or the other end is gone: what it decides stays the same, and in time. */
import { afterAll, beforeAll, expect, it } from "vitest"
import { createIssuer } from "../../packages/authorizer/test/issuer.ts"
import { triggerFunction } from "../../packages/local/src/functions.ts"
import { deployedAt, startApi, tokenOf } from "./api.ts"
import { type KeyServer, startKeyServer } from "./key-server.ts"
import { type PermissionTable, startPermissionTable } from "./permission-table.ts"
import { type FunctionProcess, functionProcess, type ProcessConfig, starting } from "./process.ts"

const signer = createIssuer(Date.now)
let keys: KeyServer
let table: PermissionTable
let ann: string
let dan: string

beforeAll(async () => {
  ;[keys, table] = await Promise.all([startKeyServer(signer.jwks), startPermissionTable()])
  ann = tokenOf(signer, await table.claimsOf("sub-ann"))
  dan = tokenOf(signer, await table.claimsOf("sub-dan"))
}, starting)
afterAll(async () => {
  await Promise.all([keys.stop(), table.stop()])
})

const addresses = () => ({ dynamo: table.dynamo.endpoint, userPool: keys.proxy.address })

/** The hybrid door, with what becomes of its functions' output. */
async function apiWith(
  output: Readonly<Record<"authorizer" | "backend", NonNullable<ProcessConfig["output"]>>>,
) {
  const start = async (role: "authorizer" | "backend") => {
    const one = functionProcess({ ...(await deployedAt("hybrid", role, addresses())), output: output[role] })
    await one.start()
    return one
  }
  const [authorizer, backend] = await Promise.all([start("authorizer"), start("backend")])
  return { ask: startApi("hybrid", authorizer, backend), authorizer, backend }
}

/** Calls a function until its pipe is full; the answers are all the same. */
async function fill(one: FunctionProcess, event: unknown): Promise<void> {
  for (let round = 0; round < 50 && one.unwritten() === 0; round++) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => one.invoke(event)))
    expect(answers.filter(({ ok }) => !ok)).toEqual([])
  }
  expect(one.unwritten()).toBeGreaterThan(0)
}

it(
  "everybody is let in or refused as ever, and as fast, with a pipe that is full and that nobody reads",
  async () => {
    const { ask, authorizer, backend } = await apiWith({ authorizer: "unread", backend: "unread" })
    expect((await ask("GET /api/me", ann)).status).toBe(200)
    await Promise.all([authorizer, backend].map((one) => fill(one, one.events[0])))
    for (let round = 0; round < 10; round++) {
      const [allowed, refused] = await Promise.all([ask("GET /api/me", ann), ask("GET /api/users", dan)])
      expect([allowed.status, refused.status]).toEqual([200, 403])
      expect(Math.max(allowed.took, refused.took)).toBeLessThan(2000)
    }
    expect([authorizer.ends, backend.ends]).toEqual([[], []])
  },
  starting,
)

it.each(["authorizer", "backend"] as const)(
  "everybody is let in or refused as ever where the other end of the %s's pipe is closed",
  async (role) => {
    const { ask } = await apiWith({ authorizer: "read", backend: "read", [role]: "closed" })
    for (let round = 0; round < 2; round++) {
      expect((await ask("GET /api/me", ann)).status).toBe(200)
      expect((await ask("GET /api/users", dan)).status).toBe(403)
    }
  },
)

it(
  "the trigger mints as ever with a pipe that is full and that nobody reads",
  async () => {
    const { name, entry, timeout, environment } = triggerFunction(Promise.resolve(addresses()))
    if (typeof environment !== "function") throw new Error("trigger: expected an environment to come")
    const config = { name, entry, timeout, environment: await environment() }
    const trigger = functionProcess({ ...config, output: "unread" })
    const event = {
      version: "3",
      // Into the log with it.
      triggerSource: `TokenGeneration_${"x".repeat(2000)}`,
      request: { userAttributes: { sub: "sub-ben" } },
    }
    await fill(trigger, event)
    const started = performance.now()
    expect(JSON.stringify(await trigger.invoke(event))).toMatch(/"ok":true.*"custom:role":"reader"/)
    expect(performance.now() - started).toBeLessThan(2000)
    expect(trigger.ends).toEqual([])
  },
  starting,
)
