import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { inTurn, onlyFresh, outcomeOf, scripted, seconds } from "../test/api.ts"
import { mint, serialOf } from "../test/token.ts"
import { createClient } from "./client.ts"

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

describe("a client", () => {
  it("is made of three things; the rest is the platform's", async () => {
    const platform = vi.spyOn(globalThis, "fetch").mockImplementation(async () => new Response("well"))
    try {
      const { fetch } = createClient({
        baseUrl: "https://api.example.com",
        getToken: () => mint(1),
        refresh: async () => mint(2),
      })
      expect(await (await fetch("/health")).text()).toBe("well")
      expect(platform.mock.calls[0]?.[0]).toBe("https://api.example.com/health")
    } finally {
      platform.mockRestore()
    }
  })

  it("refuses a base URL that is none", () => {
    const options = { getToken: () => undefined, refresh: async () => mint(1) }
    expect(() => createClient({ ...options, baseUrl: "/api" })).toThrow("client: baseUrl: expected")
  })

  it.each([undefined, null, ""])("takes %j for nobody signed in", async (token) => {
    const { client, requests } = scripted(inTurn(401), { getToken: () => token })
    expect(await outcomeOf(client.fetch("/"))).toBe(401)
    expect(requests.map(({ token }) => token)).toEqual([undefined])
  })
})

/** As React's `useSyncExternalStore` asks for it: a callback for each change, and a snapshot that stays the same until then. */
describe("the token in use", () => {
  it("is asked for by whoever subscribes, and each change is told once", async () => {
    const { client, app } = scripted(onlyFresh(401))
    const seen: number[] = []
    expect(client.token()).toBeUndefined()
    const stop = client.subscribe(() => seen.push(serialOf(client.token())))
    await vi.advanceTimersByTimeAsync(0)
    expect(seen).toEqual([0])
    await client.fetch("/")
    await client.fetch("/")
    expect(seen).toEqual([0, 1])
    app.token = undefined
    await client.fetch("/")
    app.token = mint(5)
    await client.fetch("/")
    expect(seen).toEqual([0, 1, Number.NaN, 5])
    stop()
    app.token = mint(6)
    await client.fetch("/")
    expect([seen.length, serialOf(client.token())]).toEqual([4, 6])
  })

  it("is told when the API's header had it refreshed in the background", async () => {
    const { client } = scripted(inTurn("told", 200))
    const seen: number[] = []
    await client.fetch("/")
    client.subscribe(() => seen.push(serialOf(client.token())))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(seen).toEqual([1])
  })

  it("is told once, also when `getToken` knows it before the refresh has ended", async () => {
    const { client, app } = scripted(onlyFresh(401), {
      refresh: async () => {
        app.token = mint(1)
        await client.fetch("/")
        return app.token
      },
    })
    const seen: number[] = []
    client.subscribe(() => seen.push(serialOf(client.token())))
    await client.fetch("/")
    expect(seen).toEqual([0, 1])
  })

  it("that cannot be asked for is no unhandled rejection", async () => {
    const { client } = scripted(inTurn(200), { getToken: () => Promise.reject(new Error("no session")) })
    client.subscribe(() => undefined)
    await vi.advanceTimersByTimeAsync(0)
    expect(client.token()).toBeUndefined()
  })

  it("of who signs in while a refresh for somebody else is under way waits for nothing, and stays", async () => {
    let land = (_: string) => {}
    const { client, app } = scripted(onlyFresh(401), {
      refresh: () => new Promise((resolve) => (land = resolve)),
    })
    const seen: number[] = []
    const refused = outcomeOf(client.fetch("/"))
    await vi.advanceTimersByTimeAsync(0)
    client.subscribe(() => seen.push(serialOf(client.token())))
    app.token = mint(9, { sub: "cleo", iat: seconds() - 60 })
    expect(await outcomeOf(client.fetch("/"))).toBe(200)
    land(mint(1))
    expect([await refused, serialOf(client.token()), seen]).toEqual([401, 9, [9]])
  })
})
