/** A JWKS endpoint that is down, slow or lies, behind an authorizer as it is deployed and its gateway. */
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { createIssuer } from "../../packages/authorizer/test/issuer.ts"
import { type Ask, deployedAt, openBackend, startApi, tokenOf } from "./api.ts"
import { type KeyServer, startKeyServer } from "./key-server.ts"
import { type FunctionProcess, functionProcess, starting } from "./process.ts"

const good = createIssuer(Date.now)
const other = createIssuer(Date.now)
const keyOf = (jwks: string) => JSON.parse(jwks).keys[0]
const setOf = (...keys: readonly object[]) => JSON.stringify({ keys })
const route = "GET /api/users"
const minute = 60_000
/** Long enough that nothing here is refused for its age, however the authorizer's clock is moved. */
const exp = Math.floor(Date.now() / 1000) + 86_000
const token = tokenOf(good, { exp })

let keys: KeyServer
let authorizer: FunctionProcess
let backend: ReturnType<typeof openBackend>
let ask: Ask

beforeAll(async () => {
  keys = await startKeyServer(good.jwks)
  const addresses = { dynamo: "http://127.0.0.1:9", userPool: keys.proxy.address }
  authorizer = functionProcess(await deployedAt("claims", "authorizer", addresses))
  await authorizer.start()
  backend = openBackend()
  ask = startApi("claims", authorizer, backend)
}, starting)
afterAll(() => keys.stop())
afterEach(async () => {
  await keys.proxy.suffer("none")
  keys.publish(good.jwks)
})

/** What the log says about the last decision. */
// The log comes by a pipe of its own, a moment after the answer.
const because = () => JSON.parse(authorizer.lines.at(-1) ?? "{}").because

/** Nobody is let in; a 500 of the gateway's own, which it does not remember. */
async function expectClosed(within = 2500): Promise<void> {
  const before = backend.events.length
  const { status, body, took } = await ask(route, token)
  expect([status, body]).toEqual([500, '{"message":"Internal Server Error"}'])
  expect(took).toBeLessThan(within)
  expect(backend.events.length).toBe(before)
}

async function expectOpen(within = 2500): Promise<void> {
  const before = backend.events.length
  const { status, took } = await ask(route, token)
  expect(status).toBe(200)
  expect(took).toBeLessThan(within)
  expect(backend.events.length).toBe(before + 1)
}

describe("a cold authorizer", () => {
  beforeEach(async () => {
    await authorizer.kill()
    await authorizer.start()
  })

  it.each([
    ["refuses connections", "refuse"],
    ["breaks connections", "reset"],
    ["breaks off within its answer", "cut"],
    ["answers what cannot be read", "corrupt"],
  ] as const)("lets nobody in while the endpoint %s, and everybody when it is back", async (_, trouble) => {
    await keys.proxy.suffer(trouble)
    await expectClosed()
    await expectClosed()
    await keys.proxy.suffer("none")
    // Past the pause that spares the endpoint.
    authorizer.shift(10_000)
    await expectOpen()
  })

  it("lets nobody in where the endpoint's name leads nowhere", async () => {
    const { environment, ...config } = await deployedAt("claims", "authorizer", {
      dynamo: "http://127.0.0.1:9",
      userPool: "https://keys.invalid",
    })
    const lost = functionProcess({ ...config, environment })
    const before = backend.events.length
    const { status, took } = await startApi("claims", lost, backend)(route, token)
    expect([status, backend.events.length]).toEqual([500, before])
    expect(took).toBeLessThan(4500)
  })

  it("waits for an endpoint that takes 1.4 seconds", async () => {
    await keys.proxy.suffer({ delay: 1400 })
    await expectOpen(2900)
  })

  it("gives up after three seconds where the endpoint says nothing, well within its own eight", async () => {
    await keys.proxy.suffer("hang")
    const started = performance.now()
    const answers = await Promise.all([ask(route, token), ask(route, token), ask(route, token)])
    expect(answers.map(({ status }) => status)).toEqual([500, 500, 500])
    expect(performance.now() - started).toBeGreaterThan(2900)
    expect(performance.now() - started).toBeLessThan(4500)
    await keys.proxy.suffer("none")
    authorizer.shift(10_000)
    await expectOpen()
  })

  it("lets nobody in by a document that lies, asks for it once each time, and recovers", async () => {
    for (const [what, lie] of lies) {
      keys.publish(lie)
      const before = keys.fetches()
      const { status, took } = await ask(route, token)
      expect([what, status, keys.fetches() - before]).toEqual([what, 500, 1])
      expect(took).toBeLessThan(2500)
      authorizer.shift(10_000)
    }
    keys.publish(good.jwks)
    await expectOpen()
  })
})

/** Bytes that were sent of the 50 MB, at most. */
let sent = 0
const fiftyMegabytes = (response: import("node:http").ServerResponse) => {
  sent = 0
  const piece = Buffer.alloc(64 * 1024, " ")
  const more = () => {
    while (!response.destroyed && sent < 50 * 1024 * 1024) {
      sent += piece.length
      if (!response.write(piece)) return
    }
    response.end()
  }
  response.on("drain", more)
  more()
}

const lies: readonly (readonly [string, Parameters<KeyServer["publish"]>[0]])[] = [
  ["HTML", "<!doctype html><title>Maintenance</title>"],
  ["no keys", '{"keys":[]}'],
  ["an empty document", ""],
  ["half a document", good.jwks.slice(0, 200)],
  ["50 MB", fiftyMegabytes],
  ["status 500", (response) => void response.writeHead(500).end(good.jwks)],
  ["a redirect", (response) => void response.writeHead(302, { location: "/" }).end()],
  ["two keys of one id", setOf(keyOf(good.jwks), { ...keyOf(other.jwks), kid: good.kid })],
  ["a key for encryption", setOf({ ...keyOf(good.jwks), use: "enc" })],
  ["a key of 1,024 bits", createIssuer(Date.now, 1024).jwks],
  ["a key with exponent 1", setOf({ ...keyOf(good.jwks), e: "AQ" })],
]

describe("a warm authorizer", () => {
  beforeEach(async () => {
    // Whatever it had: older than ten minutes, it is fetched again before it is relied on.
    authorizer.shift(11 * minute)
    await expectOpen()
  })

  it.each([
    ["refuses connections", "refuse"],
    ["breaks connections", "reset"],
    ["answers what cannot be read", "corrupt"],
  ] as const)("goes on with the keys that it has while the endpoint %s", async (_, trouble) => {
    await keys.proxy.suffer(trouble)
    for (const minutes of [0, 6, 20, 60]) {
      authorizer.shift(minutes * minute)
      await expectOpen()
    }
    expect((await ask(route, tokenOf(other, { exp }))).status).toBe(401)
    await expect.poll(because).toBe("unknown_key")
  })

  it("makes nobody wait for an endpoint that says nothing", async () => {
    await keys.proxy.suffer("hang")
    authorizer.shift(6 * minute)
    // Not the three seconds that the endpoint has.
    await expectOpen(1500)
    await expectOpen(1500)
  })

  it("keeps its keys whatever the document lies, and takes none of it", async () => {
    for (const [what, lie] of lies) {
      keys.publish(lie)
      const before = keys.fetches()
      // Older than ten minutes: the document is waited for.
      authorizer.shift(11 * minute)
      const { status } = await ask(route, token)
      expect([what, status, keys.fetches() > before]).toEqual([what, 200, true])
    }
    // By then 50 MB were not read: what the sockets hold, and no more.
    expect(sent).toBeLessThan(10 * 1024 * 1024)
  })

  it("does not take a key's second owner: the set is refused, and who signed with it", async () => {
    keys.publish(setOf(keyOf(good.jwks), { ...keyOf(other.jwks), kid: good.kid }))
    authorizer.shift(11 * minute)
    expect((await ask(route, tokenOf(other, { exp }, { kid: good.kid }))).status).toBe(401)
    await expect.poll(because).toBe("bad_signature")
    await expectOpen()
  })

  it("fetches at most once in ten seconds for thousands of unknown key ids, and good tokens pass all the while", async () => {
    const before = keys.fetches()
    const [, payload, signature] = token.split(".")
    const flood = (from: number) =>
      Array.from({ length: 100 }, (_, at) => {
        const header = Buffer.from(JSON.stringify({ alg: "RS256", kid: `unknown-${from + at}` }))
        return ask(route, `${header.toString("base64url")}.${payload}.${signature}`)
      })
    for (let from = 0; from < 3000; from += 100) {
      const [answers] = await Promise.all([Promise.all(flood(from)), expectOpen(3000)])
      expect(answers.every(({ status }) => status === 401)).toBe(true)
      // A minute for the whole flood.
      authorizer.shift(2000)
    }
    expect(keys.fetches() - before).toBeLessThanOrEqual(8)
    expect(keys.fetches() - before).toBeGreaterThan(0)
  })

  it("takes a key that was rotated in with one fetch, and goes on with the old one", async () => {
    keys.publish(setOf(keyOf(good.jwks), keyOf(other.jwks)))
    authorizer.shift(10_000)
    const before = keys.fetches()
    expect((await ask(route, tokenOf(other, { exp }))).status).toBe(200)
    expect((await ask(route, tokenOf(other, { exp, jti: "another" }))).status).toBe(200)
    await expectOpen()
    expect(keys.fetches() - before).toBe(1)
  })

  it("refuses tokens of a key that was removed, five minutes and a fetch later", async () => {
    keys.publish(other.jwks)
    authorizer.shift(5 * minute + 1)
    // This one has the set fetched, and does not wait for it.
    await ask(route, token)
    await expect.poll(async () => (await ask(route, token)).status, { timeout: 2000 }).toBe(401)
  })

  it("refuses them at once where it slept for longer than ten minutes", async () => {
    keys.publish(other.jwks)
    authorizer.shift(11 * minute)
    expect((await ask(route, token)).status).toBe(401)
  })

  it("knows of an endpoint that recovers by itself", async () => {
    await keys.proxy.suffer("refuse")
    authorizer.shift(20 * minute)
    await expectOpen()
    await keys.proxy.suffer("none")
    keys.publish(other.jwks)
    authorizer.shift(10_000)
    await pause(10)
    await expect.poll(async () => (await ask(route, token)).status, { timeout: 2000 }).toBe(401)
  })
})
