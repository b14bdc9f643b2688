import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { createIdentity, subjectOf } from "../../local/src/identity.ts"
import { createUserPoolServer } from "../../local/src/pool/index.ts"
import { createWorld, fill, type World } from "../test/world.ts"

let world: World
let ben: string
let stop: () => Promise<void>

beforeAll(async () => {
  // The trigger is not what is tested here: it hands back the event as it came.
  const trigger = {
    name: "trigger",
    invoke: async (event: unknown) => ({ ok: true, payload: event }) as const,
  }
  const identity = await createIdentity(trigger, Date.now, undefined)
  await identity.fill()
  const server = createUserPoolServer(identity.pool)
  world = await createWorld({ cognito: await server.listen() })
  ben = await subjectOf(identity.pool, "ben@example.com")
  await fill(world.store)
  stop = async () => {
    await server.close()
    await world.remove()
  }
})
afterAll(() => stop())

const password = "Local-ann-1"
const list = ["members", "--stage", "local", "--as", "ann@example.com"]

test("who says who they are is signed in, and asks with an access token", async () => {
  const ran = await world.run(list, { env: { CLAIMGATE_PASSWORD: password } })
  expect(ran.code).toBe(0)
  const [, token = ""] = world.api.sent.at(-1)?.headers.get("authorization")?.split(" ") ?? []
  expect(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())).toMatchObject({
    token_use: "access",
  })
  for (const secret of [token, password]) expect(ran.out + ran.err).not.toContain(secret)
})

test("a name that is said goes before a token that is still around", async () => {
  await world.run(list, { env: { CLAIMGATE_PASSWORD: password, CLAIMGATE_TOKEN: "somebody-else" } })
  expect(world.api.sent.at(-1)?.headers.get("authorization")).toMatch(/^Bearer eyJ/)
})

test("a password that is typed is not shown", async () => {
  const ran = await world.run(list, { env: {}, answer: `${password}\n` })
  expect(ran).toMatchObject({ code: 0, err: expect.stringContaining("Password of ann@example.com: ") })
  expect(ran.out + ran.err).not.toContain(password)
})

test("whoever does not type one has not asked for anything", async () => {
  expect(await world.run(list, { env: {}, answer: "" })).toMatchObject({ code: 4 })
})

test.each([
  ["a wrong password", list, "Wrong-password-1"],
  ["somebody unknown", ["members", "--stage", "local", "--as", "no@example.com"], password],
])("%s is refused with code 1", async (_, args, typed) => {
  const ran = await world.run(args, { env: { CLAIMGATE_PASSWORD: typed } })
  expect(ran).toMatchObject({ code: 1, out: "", err: expect.stringContaining("sign-in: refused") })
  expect(ran.err).not.toContain(typed)
})

describe("a subject", () => {
  test("can be named by the e-mail address that the pool has", async () => {
    await world.run(["grant", "ben@example.com", "reader", "--stage", "local"])
    expect(world.api.sent.at(-1)?.path).toBe(`/api/admin/members/${ben}/grant`)
  })

  test("is not found by one that the pool does not have", async () => {
    const ran = await world.run(["grant", "no@example.com", "reader", "--stage", "local"])
    expect(ran).toMatchObject({
      code: 1,
      err: expect.stringContaining("no user of the pool has this address"),
    })
  })
})

test("a pool that is not there is code 3", { timeout: 30_000 }, async () => {
  const other = await createWorld()
  const ran = await other.run(list, { env: { CLAIMGATE_PASSWORD: password } })
  expect(ran).toMatchObject({ code: 3, err: expect.stringContaining("user pool: sign-in failed") })
  await other.remove()
})
