import { describe, expect, it } from "vitest"
import { createIssuer } from "../test/issuer.ts"
import { createKeySet, parseKeySet } from "./key-set.ts"

const start = 1_000_000
const first = createIssuer(() => start)
const second = createIssuer(() => start)
const keyOf = (jwks: string) => JSON.parse(jwks).keys[0]

/** A key endpoint under control: what it answers, how often it was asked, and what time it is. */
function endpoint() {
  const world = { now: start, fetches: 0, answer: async (): Promise<string> => first.jwks }
  const keys = createKeySet({
    fetch: () => {
      world.fetches++
      return world.answer()
    },
    now: () => world.now,
    replaced: () => undefined,
  })
  return { world, keys }
}
const down = () => Promise.reject(new Error("connect ECONNREFUSED"))

describe("a cold key set", () => {
  it("fetches once for many requests at the same time", async () => {
    const { world, keys } = endpoint()
    const known = await Promise.all(Array.from({ length: 50 }, () => keys.find(first.kid)))
    expect([known.every((key) => key?.kid === first.kid), world.fetches]).toEqual([true, 1])
  })

  it("rejects while the endpoint is down, asks it rarely, and recovers", async () => {
    const { world, keys } = endpoint()
    world.answer = down
    for (let i = 0; i < 1000; i++) {
      await expect(keys.find(first.kid)).rejects.toMatchObject({ code: "dependency_failed" })
      world.now += 10
    }
    expect(world.fetches).toBeLessThanOrEqual(6)
    world.answer = async () => first.jwks
    world.now += 10_000
    expect((await keys.find(first.kid))?.kid).toBe(first.kid)
  })
})

describe("an endpoint that hangs before it fails", () => {
  it("is left alone as long as one that fails at once", async () => {
    const { world, keys } = endpoint()
    world.answer = async () => {
      world.now += 3000
      return down()
    }
    const fetched: number[] = []
    while (world.fetches < 5) {
      const before = world.fetches
      await expect(keys.find(first.kid)).rejects.toMatchObject({ code: "dependency_failed" })
      if (world.fetches > before) fetched.push(world.now)
      world.now += 100
    }
    const pauses = fetched.slice(1).map((at, index) => at - 3000 - (fetched[index] ?? 0))
    expect(pauses).toEqual([500, 1000, 2000, 4000])
  })
})

describe("a warm key set", () => {
  async function warm() {
    const set = endpoint()
    await set.keys.find(first.kid)
    set.world.fetches = 0
    return set
  }

  it("answers at once for a known key, without fetching", async () => {
    const { world, keys } = await warm()
    expect([keys.find(first.kid), world.fetches]).toMatchObject([{ kid: first.kid }, 0])
  })

  it("fetches at most once in ten seconds for unknown key ids, and good tokens go on", async () => {
    const { world, keys } = await warm()
    for (let i = 0; i < 10_000; i++) {
      expect(await keys.find(`unknown-${i}`)).toBeUndefined()
      world.now += 5
      expect(keys.find(first.kid)).toMatchObject({ kid: first.kid })
    }
    expect(world.fetches).toBeLessThanOrEqual(5)
  })

  it("accepts a key that was rotated in with one fetch", async () => {
    const { world, keys } = await warm()
    world.answer = async () => JSON.stringify({ keys: [keyOf(first.jwks), keyOf(second.jwks)] })
    world.now += 10_000
    expect([await keys.find(second.kid), await keys.find(second.kid), world.fetches]).toMatchObject([
      { kid: second.kid },
      { kid: second.kid },
      1,
    ])
  })

  it("forgets a key that was removed, five minutes later", async () => {
    const { world, keys } = await warm()
    world.answer = async () => second.jwks
    world.now += 5 * 60_000 + 1
    expect(keys.find(first.kid)).toMatchObject({ kid: first.kid })
    await new Promise(setImmediate)
    expect(await keys.find(first.kid)).toBeUndefined()
  })

  it("looks again before it relies on a set that is older than ten minutes", async () => {
    const { world, keys } = await warm()
    world.answer = async () => second.jwks
    world.now += 10 * 60_000 + 1
    expect(await keys.find(first.kid)).toBeUndefined()
  })

  const lies: readonly (readonly [string, () => Promise<string>])[] = [
    ["is down", down],
    ["answers HTML", async () => "<html>"],
    ["answers without keys", async () => '{"keys":[]}'],
    ["answers half a document", async () => first.jwks.slice(0, 100)],
  ]
  it.each(lies)("keeps its keys for hours when the endpoint %s, without hammering it", async (_, answer) => {
    const { world, keys } = await warm()
    world.answer = answer
    for (let second = 0; second < 7200; second++) {
      world.now += 1000
      expect((await keys.find(first.kid))?.kid).toBe(first.kid)
    }
    expect(world.fetches).toBeLessThanOrEqual(7200 / 10 + 10)
  })

  it("counts as old when the clock went backwards", async () => {
    const { world, keys } = await warm()
    world.now -= 3_600_000
    expect((await keys.find(first.kid))?.kid).toBe(first.kid)
    await new Promise(setImmediate)
    expect(world.fetches).toBe(1)
  })
})

describe("a JWKS document", () => {
  const key = keyOf(first.jwks)
  const refused: readonly (readonly [string, string])[] = [
    ["no JSON", "<html>"],
    ["null", "null"],
    ["no list of keys", '{"keys":{}}'],
    ["an empty list", '{"keys":[]}'],
    [
      "101 keys",
      JSON.stringify({ keys: Array.from({ length: 101 }, (_, i) => ({ ...key, kid: String(i) })) }),
    ],
    ["two keys of one id", JSON.stringify({ keys: [key, { ...keyOf(second.jwks), kid: key.kid }] })],
    ["only a key for encryption", JSON.stringify({ keys: [{ ...key, use: "enc" }] })],
    ["only a key of 1,024 bits", createIssuer(() => 0, 1024).jwks],
    ["only a key with exponent 1", JSON.stringify({ keys: [{ ...key, e: "AQ" }] })],
    ["only a key for another algorithm", JSON.stringify({ keys: [{ ...key, alg: "RS512" }] })],
    [
      "only an elliptic curve",
      JSON.stringify({ keys: [{ kid: "ec", kty: "EC", crv: "P-256", x: "a", y: "b" }] }),
    ],
    ["only a key without an id", JSON.stringify({ keys: [{ ...key, kid: undefined }] })],
  ]
  it.each(refused)("is refused with %s", (_, text) => {
    expect(() => parseKeySet(text)).toThrow()
  })

  it("is taken without the keys that Cognito does not sign with", () => {
    const text = JSON.stringify({ keys: [{ ...key, kid: "enc", use: "enc" }, key] })
    expect(parseKeySet(text).map((one) => one.kid)).toEqual([first.kid])
  })
})
