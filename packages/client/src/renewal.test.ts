import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { inTurn, later, onlyFresh, outcomeOf, scripted, seconds } from "../test/api.ts"
import { mint, serialOf } from "../test/token.ts"

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

describe("calls at once", () => {
  it.each([401, 403, "opaque"] as const)("fifty, refused by %s, share one refresh", async (refusal) => {
    const { client, app, requests } = scripted(onlyFresh(refusal))
    const calls = Array.from({ length: 50 }, () => outcomeOf(client.fetch("/api/users")))
    expect(new Set(await Promise.all(calls))).toEqual(new Set([200]))
    expect([requests.length, app.refreshes]).toEqual([100, 1])
  })

  it("fifty with a token whose time is up wait for one refresh, and are sent once", async () => {
    const { client, app, requests } = scripted(onlyFresh(401))
    app.token = mint(0, { iat: seconds() - 900, exp: seconds() })
    const calls = Array.from({ length: 50 }, () => outcomeOf(client.fetch("/", { method: "POST" })))
    expect(new Set(await Promise.all(calls))).toEqual(new Set([200]))
    expect([requests.length, app.refreshes]).toEqual([50, 1])
  })

  it("one that is answered long after the others' refresh uses what that brought", async () => {
    const { client, app, requests } = scripted(async (request) => {
      if (request.url.endsWith("/slow")) await later(5_000)
      return onlyFresh(401)(request, 0)
    })
    const slow = outcomeOf(client.fetch("/slow"))
    expect(await outcomeOf(client.fetch("/quick"))).toBe(200)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await slow).toBe(200)
    expect([requests.length, app.refreshes]).toEqual([4, 1])
  })

  it("one that the application's own refresh overtakes needs none", async () => {
    const { client, app } = scripted(async (request) => {
      app.token = mint(7)
      return onlyFresh(401)(request, 0)
    })
    expect([await outcomeOf(client.fetch("/")), app.refreshes]).toEqual([200, 0])
  })

  it("one that begins while a refused token is being replaced waits for that; after a 403 it does not", async () => {
    for (const [refusal, outcome] of [
      [401, 201],
      [403, 403],
    ] as const) {
      const { client, app } = scripted(({ token = "", method }) =>
        serialOf(token) > 0 ? 201 : method === "POST" && refusal === 401 ? 500 : refusal,
      )
      app.refresh = async () => {
        await later(1_000)
        return mint(1)
      }
      const first = outcomeOf(client.fetch("/"))
      await vi.advanceTimersByTimeAsync(10)
      const second = outcomeOf(client.fetch("/", { method: "POST" }))
      await vi.advanceTimersByTimeAsync(2_000)
      expect([await first, await second, app.refreshes]).toEqual([201, outcome, 1])
    }
  })
})

describe("a refresh", () => {
  it("that rejects leaves the answer that there was, and no word of why", async () => {
    const { client, app, requests } = scripted(inTurn(401))
    app.refresh = async () => {
      throw new Error("signed out")
    }
    expect([await outcomeOf(client.fetch("/")), requests.length, app.refreshes]).toEqual([401, 1, 1])
  })

  it("that throws, or answers nothing, or no token, or the same one, leaves the answer that there was", async () => {
    const answers = [undefined, null, "", "two words", 7, "same"]
    for (const answer of answers) {
      const { client, app, requests } = scripted(inTurn(403), {
        refresh: () => {
          if (answer === undefined) throw new Error("at once")
          // What an untyped application may answer.
          return Promise.resolve((answer === "same" ? app.token : answer) as string)
        },
      })
      expect([await outcomeOf(client.fetch("/")), requests.length]).toEqual([403, 1])
    }
  })

  it("that hangs is given up after ten seconds, for all who wait", async () => {
    const { client, app } = scripted(inTurn("opaque"))
    app.refresh = () => new Promise(() => undefined)
    const calls = [client.fetch("/"), client.fetch("/")].map(outcomeOf)
    await vi.advanceTimersByTimeAsync(9_999)
    expect(await Promise.race([...calls, "waiting"])).toBe("waiting")
    await vi.advanceTimersByTimeAsync(1)
    expect(await Promise.all(calls)).toEqual(["TypeError", "TypeError"])
    expect(app.refreshes).toBe(1)
  })

  it("is not tried again at each call while the machine is offline, but soon when it is back", async () => {
    const { client, app } = scripted(() => (app.minted > 0 ? 200 : "opaque"))
    app.refresh = async () => {
      throw new TypeError("Failed to fetch")
    }
    const call = () => outcomeOf(client.fetch("/"))
    for (let minute = 0; minute < 60; minute++) {
      expect(await call()).toBe("TypeError")
      vi.advanceTimersByTime(1_000)
    }
    expect(app.refreshes).toBeLessThan(10)
    app.refresh = async () => mint(++app.minted)
    vi.advanceTimersByTime(30_000)
    expect(await call()).toBe(200)
  })

  it("that brought what `getToken` does not know yet is believed", async () => {
    const stale = mint(0, { iat: seconds() - 60 })
    const { client, app, requests } = scripted(onlyFresh(401), { getToken: () => stale })
    expect(await outcomeOf(client.fetch("/"))).toBe(200)
    expect(await outcomeOf(client.fetch("/"))).toBe(200)
    vi.advanceTimersByTime(896_000)
    expect(await outcomeOf(client.fetch("/"))).toBe(200)
    expect(requests.map(({ token }) => serialOf(token))).toEqual([0, 1, 1, 2])
    expect(app.refreshes).toBe(2)
  })

  it("that brought the same token is tried again soon: it cost nobody a token", async () => {
    const { client, app } = scripted(inTurn(401))
    app.refresh = async () => app.token ?? ""
    for (const [after, refreshes] of [
      [0, 1],
      [0, 1],
      [1_000, 2],
    ] as const) {
      vi.advanceTimersByTime(after)
      expect([await outcomeOf(client.fetch("/")), app.refreshes]).toEqual([401, refreshes])
    }
  })

  it("that failed often, and then did not, is tried soon when it fails again", async () => {
    const { client, app } = scripted(inTurn(401))
    const fails = () => Promise.reject(new Error("no"))
    app.refresh = fails
    for (let second = 0; second < 60; second++) {
      await outcomeOf(client.fetch("/"))
      vi.advanceTimersByTime(1_000)
    }
    vi.advanceTimersByTime(30_000)
    app.refresh = async () => mint(1)
    await outcomeOf(client.fetch("/"))
    app.refresh = fails
    vi.advanceTimersByTime(30_000)
    const before = app.refreshes
    await outcomeOf(client.fetch("/"))
    vi.advanceTimersByTime(1_000)
    await outcomeOf(client.fetch("/"))
    expect(app.refreshes - before).toBe(2)
  })

  it("that failed before a call was sent is not tried again after it", async () => {
    const { client, app } = scripted(async () => {
      await later(5_000)
      return 401
    })
    app.token = mint(0, { iat: seconds() - 900, exp: seconds() })
    app.refresh = () => Promise.reject(new Error("no"))
    const call = outcomeOf(client.fetch("/"))
    await vi.advanceTimersByTimeAsync(5_000)
    expect([await call, app.refreshes]).toEqual([401, 1])
  })

  it("brings tokens that are young and alive, also to a clock that is an hour ahead", async () => {
    const { client, app } = scripted(onlyFresh(401))
    const hourAgo = () => ({ iat: seconds() - 3_600, exp: seconds() - 2_700 })
    app.token = mint(0, hourAgo())
    app.refresh = async () => mint(++app.minted, hourAgo())
    for (let i = 0; i < 5; i++) expect(await outcomeOf(client.fetch("/"))).toBe(200)
    expect(app.refreshes).toBe(1)
  })

  it("that brought a token is remembered while a store catches up, step by step", async () => {
    const known = [mint(0, { iat: seconds() - 900, exp: seconds() })]
    let [lag, minted] = [0, 0]
    const { client, requests } = scripted(inTurn(200), {
      getToken: () => known[Math.max(0, known.length - 1 - lag)],
      refresh: async () => {
        lag++
        known.push(mint(++minted))
        return known[minted] ?? ""
      },
    })
    for (const [after, behind] of [
      [0, 1],
      [896_000, 2],
      [0, 1],
      [0, 0],
    ] as const) {
      vi.advanceTimersByTime(after)
      await client.fetch("/")
      lag = Math.min(lag, behind)
    }
    expect(requests.map(({ token }) => serialOf(token))).toEqual([1, 2, 2, 2])
  })

  it("is for the subject who asked: nothing is sent again for who signed in meanwhile", async () => {
    const { client, app, requests } = scripted(onlyFresh(401))
    app.refresh = async () => mint(1, { sub: "cleo" })
    expect(await outcomeOf(client.fetch("/api/users/1", { method: "DELETE" }))).toBe(401)
    expect(requests.map(({ token }) => serialOf(token))).toEqual([0])
  })

  it("after which nobody is signed in any more is for nobody", async () => {
    const { client, app, requests } = scripted(inTurn(401), {
      refresh: async () => {
        app.token = undefined
        return mint(1)
      },
    })
    expect([await outcomeOf(client.fetch("/")), requests.length]).toEqual([401, 1])
    expect(client.token()).toBeUndefined()
  })

  it("is not wanted at each click of who is forbidden: thirty seconds, one minute, two, up to five", async () => {
    const { client, app } = scripted(inTurn(403))
    const at: number[] = []
    for (let second = 0; second < 1_400; second++) {
      const before = app.refreshes
      expect(await outcomeOf(client.fetch("/api/users", { method: "DELETE" }))).toBe(403)
      if (app.refreshes > before) at.push(second)
      vi.advanceTimersByTime(1_000)
    }
    expect(at.slice(0, 6)).toEqual([0, 31, 91, 211, 451, 751])
  })

  it("is never late for who is forbidden: a token whose time is up is replaced, and the count begins anew", async () => {
    const { client, app } = scripted(inTurn(403))
    app.refresh = async () => mint(++app.minted, { exp: seconds() + 200 })
    const at: number[] = []
    for (let second = 0; second < 500; second++) {
      const before = app.refreshes
      await client.fetch("/")
      if (app.refreshes > before) at.push(second)
      vi.advanceTimersByTime(1_000)
    }
    expect(at).toEqual([0, 31, 91, 211, 406, 437, 497])
  })

  it("for a token whose time is up sends nothing in the name of who signed in meanwhile", async () => {
    const { client, app, requests } = scripted(inTurn(401))
    app.token = mint(0, { iat: seconds() - 900, exp: seconds() })
    app.refresh = async () => mint(1, { sub: "cleo" })
    expect(await outcomeOf(client.fetch("/", { method: "POST" }))).toBe(401)
    expect(requests.map(({ token }) => serialOf(token))).toEqual([0])
  })

  it("after signing in anew does not wait for what was of no use before", async () => {
    const { client, app } = scripted(inTurn(401))
    expect([await outcomeOf(client.fetch("/")), app.refreshes]).toEqual([401, 1])
    expect([await outcomeOf(client.fetch("/")), app.refreshes]).toEqual([401, 1])
    app.token = mint(50, { sub: "cleo" })
    expect([await outcomeOf(client.fetch("/")), app.refreshes]).toEqual([401, 2])
  })
})

describe("x-claimgate-refresh", () => {
  it("refreshes once, in the background, at a moment of the next minute", async () => {
    const { client, app, requests } = scripted(({ token = "" }) => (serialOf(token) > 0 ? 200 : "told"))
    for (let i = 0; i < 20; i++) expect(await outcomeOf(client.fetch("/"))).toBe(200)
    expect([requests.length, app.refreshes]).toEqual([20, 0])
    await vi.advanceTimersByTimeAsync(29_999)
    expect(app.refreshes).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(app.refreshes).toBe(1)
    await outcomeOf(client.fetch("/"))
    await vi.advanceTimersByTimeAsync(120_000)
    expect([requests.length, app.refreshes]).toEqual([21, 1])
  })

  it("is spread evenly: of 600 clients, some ten in each second of the minute", async () => {
    let begun = 0
    for (let i = 0; i < 600; i++) {
      const { client } = scripted(inTurn("told"), {
        random: () => i / 600,
        refresh: async () => {
          begun++
          return mint(1)
        },
      })
      await client.fetch("/")
    }
    const perSecond: number[] = []
    for (let second = 0; second < 60; second++) {
      const before = begun
      await vi.advanceTimersByTimeAsync(1_000)
      perSecond.push(begun - before)
    }
    expect([Math.max(...perSecond) <= 11, begun]).toEqual([true, 600])
  })

  it("is done with when another refresh came first", async () => {
    const { client, app } = scripted(inTurn("told", 401, 200))
    await client.fetch("/")
    await client.fetch("/")
    await vi.advanceTimersByTimeAsync(120_000)
    expect(app.refreshes).toBe(1)
  })

  it("is done with when its subject has signed out", async () => {
    const { client, app } = scripted(inTurn("told"))
    await client.fetch("/")
    app.token = undefined
    await vi.advanceTimersByTimeAsync(120_000)
    expect(app.refreshes).toBe(0)
  })

  it("on a refusal that a young token got refreshes too, and the refusal stands", async () => {
    const { client, app } = scripted(inTurn("403 told"))
    app.token = mint(0)
    expect(await outcomeOf(client.fetch("/"))).toBe(403)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(app.refreshes).toBe(1)
  })

  it("that never ends, whatever the token, costs less and less", async () => {
    const { client, app } = scripted(inTurn("told"))
    for (let second = 0; second < 3_600; second++) {
      await client.fetch("/")
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(app.refreshes).toBeLessThan(20)
  })

  it("of another value, or without a token, says nothing", async () => {
    const { client, app } = scripted(inTurn(200), {
      fetch: async () => new Response(null, { headers: { "x-claimgate-refresh": "true" } }),
    })
    await client.fetch("/")
    app.token = undefined
    await client.fetch("/")
    await vi.advanceTimersByTimeAsync(120_000)
    expect(app.refreshes).toBe(0)
  })

  it("on every answer is one refresh, also when that fails", async () => {
    const chances = [0.9, 0.1, 0.5, 0.3, 0.7]
    const { client, app } = scripted(inTurn("told"), { random: () => chances.pop() ?? 0.5 })
    app.refresh = () => Promise.reject(new Error("offline"))
    for (let i = 0; i < 5; i++) await client.fetch("/")
    await vi.advanceTimersByTimeAsync(60_000)
    expect(app.refreshes).toBe(1)
  })

  it("that fails is no unhandled rejection, and is tried again when the API says so again", async () => {
    const { client, app } = scripted(inTurn("told"))
    app.refresh = async () => {
      throw new Error("offline")
    }
    await client.fetch("/")
    await vi.advanceTimersByTimeAsync(60_000)
    expect(app.refreshes).toBe(1)
    await client.fetch("/")
    await vi.advanceTimersByTimeAsync(60_000)
    expect(app.refreshes).toBe(2)
  })
})
