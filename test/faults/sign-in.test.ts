/** A DynamoDB that fails while people sign in: the real trigger, called by the local user pool. */
import { memberKey, roleKey } from "@claimgate/store/keys"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { startDynamo } from "../../packages/local/src/dynamo/server.ts"
import { triggerFunction } from "../../packages/local/src/functions.ts"
import { createIdentity, subjectOf, webClientId } from "../../packages/local/src/identity.ts"
import { functionToCome } from "../../packages/local/src/lambda/function-to-come.ts"
import { callOperation, type UserPool } from "../../packages/local/src/pool/index.ts"
import { people } from "../../packages/local/src/subjects.ts"
import { type PermissionTable, startPermissionTable } from "./permission-table.ts"
import { type FunctionProcess, functionProcess, starting } from "./process.ts"
import { startProxy, type TcpProxy } from "./proxy.ts"

const email = "ben@example.com"
let pool: UserPool
let table: PermissionTable
let proxy: TcpProxy
let trigger: FunctionProcess
let subject: string

beforeAll(async () => {
  const toCome = functionToCome("trigger")
  const identity = await createIdentity(toCome, Date.now, undefined)
  pool = identity.pool
  await identity.fill()
  table = await startPermissionTable((one) => subjectOf(pool, one))
  subject = await subjectOf(pool, email)
  proxy = await startProxy(table.dynamo.endpoint)
  const config = triggerFunction(Promise.resolve({ dynamo: proxy.address, userPool: "http://127.0.0.1:9" }))
  const { name, entry, timeout, environment } = config
  if (typeof environment !== "function") throw new Error("trigger: expected an environment to come")
  trigger = functionProcess({ name, entry, timeout, environment: await environment() })
  toCome.become(trigger)
  await signIn()
}, starting)
afterAll(async () => {
  await proxy.stop()
  await table.stop()
})

interface Tokens {
  readonly AccessToken: string
  readonly RefreshToken?: string
}

async function authenticate(AuthFlow: string, AuthParameters: Record<string, string>): Promise<Tokens> {
  const answer = await callOperation(pool, "InitiateAuth", {
    ClientId: webClientId,
    AuthFlow,
    AuthParameters,
  })
  // Cognito's own answer where nothing more is asked of the user.
  return (answer as { AuthenticationResult: Tokens }).AuthenticationResult
}

function signIn(): Promise<Tokens> {
  const PASSWORD = people.find((one) => one.email === email)?.password ?? ""
  return authenticate("USER_PASSWORD_AUTH", { USERNAME: email, PASSWORD })
}

function claimsIn({ AccessToken }: Tokens): Record<string, unknown> {
  return JSON.parse(Buffer.from(AccessToken.split(".")[1] ?? "", "base64url").toString("utf8"))
}

/** What is shown to the person: nothing of what went wrong, nor where. */
const message =
  "PreTokenGeneration failed with error Sign-in is not available at the moment. Please try again.."

/** No token, one generic sentence, one call of the trigger for each, and all of it in three seconds. */
async function expectNoTokens(...attempts: readonly (() => Promise<Tokens>)[]): Promise<void> {
  const calls = trigger.events.length
  const started = performance.now()
  const ended = await Promise.allSettled(attempts.map((attempt) => attempt()))
  const reason = { code: "UserLambdaValidationException", message }
  expect(ended).toMatchObject(attempts.map(() => ({ status: "rejected", reason })))
  expect(performance.now() - started).toBeLessThan(3000)
  // Cognito calls again where no answer comes: it came each time.
  expect(trigger.events.length - calls).toBe(attempts.length)
}

const lastLine = () => JSON.parse(trigger.lines.at(-1) ?? "{}")

describe("nobody is signed in, nor by what the trigger knew before, while the table", () => {
  const forever = Number.POSITIVE_INFINITY
  const faults: readonly (readonly [string, () => Promise<() => unknown> | (() => unknown)])[] = [
    ["throttles", () => table.dynamo.injectFault({ kind: "throttle", times: forever })],
    ["answers with status 500", () => table.dynamo.injectFault({ kind: "internal", times: forever })],
    ["denies access", () => table.dynamo.injectFault({ kind: "denied", times: forever })],
    ["takes more than three seconds", () => suffer({ delay: 3500 })],
    ["says nothing", () => suffer("hang")],
    ["breaks connections", () => suffer("reset")],
    ["breaks off instead of answering", () => suffer("cut")],
    ["answers what cannot be read", () => suffer("corrupt")],
    ["cannot be reached", () => suffer("refuse")],
  ]
  async function suffer(trouble: Parameters<TcpProxy["suffer"]>[0]) {
    await proxy.suffer(trouble)
    return () => proxy.suffer("none")
  }

  it.each(faults)("%s; and the next one is when that is over", async (_, begin) => {
    const { RefreshToken = "" } = await signIn()
    const end = await begin()
    // Both at once, so that each fault is waited for once.
    await expectNoTokens(signIn, () => authenticate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: RefreshToken }))
    expect(lastLine()).toMatchObject({ outcome: "failed", because: expect.stringContaining("DynamoDB: ") })
    await end()
    expect(claimsIn(await signIn())["custom:role"]).toBe("reader")
  })
})

it("a table of another name, account or region is as good as none", async () => {
  const empty = await startDynamo()
  proxy.leadTo(empty.endpoint)
  await expectNoTokens(signIn)
  expect(lastLine().because).toContain("ResourceNotFoundException")
  proxy.leadTo(table.dynamo.endpoint)
  expect(claimsIn(await signIn())["custom:role"]).toBe("reader")
  await empty.close()
})

const nothing = { "custom:role": "guest", "custom:permissions": "-", "custom:epoch": "0.0" }

describe("a token grants nothing, and says so, where the subject's item", () => {
  let saved: Readonly<Record<string, unknown>>
  beforeEach(async () => {
    const { member } = await table.store.load(subject)
    saved = { ...memberKey(subject), entity: "member", schema: "1", ...member }
  })
  afterEach(() => table.put(saved))

  it("is missing", async () => {
    await table.remove(memberKey(subject))
    expect(claimsIn(await signIn())).toMatchObject(nothing)
    expect(lastLine()).toMatchObject({ outcome: "minted" })
  })

  it.each([
    ["names an unknown schema version", { schema: "2" }],
    ["has permissions that are text", { permissions: "GET:/**" }],
    ["has a permission that is none", { permissions: ["everything"] }],
    ["has a role that is none", { roles: ["Admin!"] }],
    ["has no version", { version: "new" }],
    ["is not sure whether it is disabled", { disabled: "no" }],
    ["is somebody else's", { subject: "sub-of-somebody-else", roles: ["admin"] }],
  ])("%s: the log has a line for the alarm", async (_, attributes) => {
    await table.damage(memberKey(subject), attributes)
    expect(claimsIn(await signIn())).toMatchObject(nothing)
    expect(lastLine()).toMatchObject({
      event: "pre_token",
      outcome: "malformed",
      because: expect.stringContaining("malformed_record"),
    })
    await table.put(saved)
    expect(claimsIn(await signIn())).toMatchObject({ "custom:role": "reader" })
  })

  it("is whole, but its role's item is not", async () => {
    await table.damage(roleKey("reader"), { permissions: ["everything"] })
    expect(claimsIn(await signIn())).toMatchObject(nothing)
    expect(lastLine()).toMatchObject({ outcome: "malformed" })
    await table.damage(roleKey("reader"), { permissions: ["GET:/api/users"] })
    expect(claimsIn(await signIn())).toMatchObject({ "custom:role": "reader" })
  })
})
