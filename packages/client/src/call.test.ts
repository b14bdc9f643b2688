import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { type Answer, baseUrl, inTurn, later, onlyFresh, outcomeOf, scripted, seconds } from "../test/api.ts"
import { mint, serialOf } from "../test/token.ts"

beforeEach(() => {
  vi.useFakeTimers({ now: 1_700_000_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

describe("a call", () => {
  type Row = readonly [
    story: string,
    method: string,
    age: number,
    answers: readonly Answer[],
    outcome: number | string,
    requests: number,
    refreshes: number,
  ]
  const rows: readonly Row[] = [
    ["is sent once when all is well", "GET", 60, [200], 200, 1, 0],
    ["is no reason to refresh when the API fails", "GET", 60, [503], 503, 1, 0],
    ["is no reason to refresh when nothing is there", "GET", 60, [404], 404, 1, 0],
    ["is sent again after a 401", "GET", 60, [401, 200], 200, 2, 1],
    ["is sent again after a 401, however young the token", "GET", 1, [401, 200], 200, 2, 1],
    ["has a second 401 as its answer", "GET", 60, [401, 401, 200], 401, 2, 1],
    ["has a 403 after a 401 as its answer", "GET", 60, [401, 403, 200], 403, 2, 1],
    ["has a failure after a 401 as its answer", "GET", 60, [401, "opaque", 200], "TypeError", 2, 1],
    ["is sent again after a 403 when the token is old", "GET", 31, [403, 200], 200, 2, 1],
    ["has a 403 as its answer when the token is young", "GET", 30, [403, 200], 403, 1, 0],
    ["has a second 403 as its answer", "GET", 60, [403, 403, 200], 403, 2, 1],
    ["has a 401 after a 403 as its answer", "GET", 60, [403, 401, 200], 401, 2, 1],
    ["is sent again after a failure when the token is old", "GET", 31, ["opaque", 200], 200, 2, 1],
    ["fails when the token is young", "GET", 30, ["opaque", 200], "TypeError", 1, 0],
    ["fails when it fails twice", "GET", 60, ["opaque", "opaque", 200], "TypeError", 2, 1],
    ["has a 403 after a failure as its answer", "GET", 60, ["opaque", 403, 200], 403, 2, 1],
    ["HEAD is sent again", "HEAD", 60, [401, 200], 200, 2, 1],
    ["PUT is sent again", "PUT", 60, [401, 200], 200, 2, 1],
    ["DELETE is sent again", "DELETE", 60, [403, 204], 204, 2, 1],
    ["OPTIONS is sent again", "OPTIONS", 60, [401, 200], 200, 2, 1],
    ["delete, as somebody wrote it, is sent again", "delete", 60, [401, 200], 200, 2, 1],
    ["POST is not sent again, but the new token is there", "POST", 60, [401, 200], 401, 1, 1],
    ["POST that failed may have been done, and is not sent again", "POST", 60, ["opaque"], "TypeError", 1, 1],
    ["PATCH is not sent again", "PATCH", 60, [403, 200], 403, 1, 1],
    ["POST with a token whose time is up waits for a new one", "POST", 900, [201], 201, 1, 1],
    ["so does one whose time is up before it arrives", "POST", 896, [201], 201, 1, 1],
    ["that began with a refresh is not followed by another one", "GET", 900, [401, 200], 401, 1, 1],
    ["from the future is as old as the client's knowledge of it", "GET", -3600, [403, 200], 403, 1, 0],
  ]

  it.each(rows)("%s (%s, token of %i s: %j)", async (_, method, age, answers, outcome, sent, refreshed) => {
    const { client, app, requests } = scripted(inTurn(...answers))
    app.token = mint(0, { iat: seconds() - age, exp: seconds() - age + 900 })
    expect(await outcomeOf(client.fetch("/api/users", { method }))).toBe(outcome)
    expect([requests.length, app.refreshes]).toEqual([sent, refreshed])
    const used = requests.map(({ token }) => serialOf(token))
    expect(used).toEqual(age >= 896 ? [1] : [0, 1].slice(0, sent))
  })

  it("without a token is sent as it is, and never refreshes", async () => {
    const { client, app, requests } = scripted(inTurn(401))
    app.token = undefined
    expect(await outcomeOf(client.fetch("/api/users"))).toBe(401)
    expect(requests).toEqual([{ url: `${baseUrl}/api/users`, method: "GET", token: undefined, body: "" }])
    expect(app.refreshes).toBe(0)
  })

  it("with a token that nobody can read believes its age to be the time since it was seen", async () => {
    const { client, app } = scripted(inTurn(200, 403, 403, 200))
    app.token = "opaque-token"
    expect(await outcomeOf(client.fetch("/"))).toBe(200)
    expect([await outcomeOf(client.fetch("/")), app.refreshes]).toEqual([403, 0])
    vi.advanceTimersByTime(30_001)
    app.refresh = async () => "another-token"
    expect([await outcomeOf(client.fetch("/")), app.refreshes]).toEqual([200, 1])
  })

  it("hands a POST's 401 back only when a caller who tries again has the new token", async () => {
    const { client } = scripted(onlyFresh(401))
    const create = () => outcomeOf(client.fetch("/api/reports", { method: "POST", body: "{}" }))
    expect([await create(), await create()]).toEqual([401, 200])
  })
})

describe("a body", () => {
  const put = async (init: RequestInit) => {
    const { client, requests } = scripted(onlyFresh(401))
    const outcome = await outcomeOf(client.fetch("/api/reports/1", { method: "PUT", ...init }))
    return [outcome, ...requests.map(({ body }) => body)]
  }
  const bytes = new TextEncoder().encode("text")

  it.each([
    ["text", "text"],
    ["a form", new URLSearchParams("text")],
    ["a blob", new Blob(["text"])],
    ["a buffer", bytes.buffer],
    ["bytes", bytes],
  ])("of %s is sent again", async (_, body) => {
    const form = body instanceof URLSearchParams ? "=" : ""
    expect(await put({ body })).toEqual([200, `text${form}`, `text${form}`])
  })

  it("of a stream is not: it is gone", async () => {
    const duplex: object = { duplex: "half" }
    expect(await put({ body: new Blob(["text"]).stream(), ...duplex })).toEqual([401, "text"])
  })

  it("of a Request is sent again, and its headers are kept", async () => {
    const { client, requests } = scripted(onlyFresh(401))
    const request = new Request(`${baseUrl}/api/reports/1`, { method: "PUT", body: "text" })
    expect(await outcomeOf(client.fetch(request))).toBe(200)
    expect(requests.map(({ body, method }) => [method, body])).toEqual([
      ["PUT", "text"],
      ["PUT", "text"],
    ])
  })

  it("of a Request that was read is refused as `fetch` refuses it, and nobody refreshes", async () => {
    const { client, app, requests } = scripted(inTurn(200))
    const request = new Request(baseUrl, { method: "PUT", body: "text" })
    await request.text()
    await expect(client.fetch(request)).rejects.toThrow("request: expected a body that was not read yet")
    expect([requests, app.refreshes]).toEqual([[], 0])
  })

  it("of the first answer, which nobody will read, is cancelled", async () => {
    let cancelled = 0
    const body = () =>
      new ReadableStream({
        cancel() {
          cancelled++
        },
      })
    const { client } = scripted(inTurn(200), {
      fetch: async (_, init) =>
        new Headers(init?.headers).get("authorization")?.includes(mint(1))
          ? new Response(body())
          : new Response(body(), { status: 401 }),
    })
    expect([await outcomeOf(client.fetch("/")), cancelled]).toEqual([200, 1])
  })
})

describe("an AbortSignal", () => {
  it("that has aborted sends and asks nothing", async () => {
    const { client, requests } = scripted(inTurn(200), {
      getToken: () => {
        throw new Error("asked")
      },
    })
    const fetching = client.fetch("/", { signal: AbortSignal.abort() })
    expect([await outcomeOf(fetching), requests.length]).toEqual(["AbortError", 0])
  })

  it.each(["init", "Request"])(
    "of the %s is heard while a refresh is waited for, which goes on",
    async (where) => {
      const { client, app, requests } = scripted(onlyFresh(401))
      app.refresh = async () => {
        await later(1_000)
        return mint(1)
      }
      const controller = new AbortController()
      const { signal } = controller
      const aborted = outcomeOf(
        where === "init" ? client.fetch("/", { signal }) : client.fetch(new Request(baseUrl, { signal })),
      )
      const patient = outcomeOf(client.fetch("/"))
      await vi.advanceTimersByTimeAsync(500)
      controller.abort()
      expect(await aborted).toBe("AbortError")
      await vi.advanceTimersByTimeAsync(500)
      expect([await patient, requests.length, app.refreshes]).toEqual([200, 3, 1])
    },
  )

  it("is heard while the application looks for its token", async () => {
    const controller = new AbortController()
    const { client } = scripted(inTurn(200), { getToken: () => new Promise(() => undefined) })
    const waiting = outcomeOf(client.fetch("/", { signal: controller.signal }))
    controller.abort(new RangeError("enough"))
    expect(await waiting).toBe("RangeError")
  })

  it("that aborts a request is no failure that a new token would help", async () => {
    const controller = new AbortController()
    const { client, app } = scripted(() => {
      controller.abort()
      throw controller.signal.reason
    })
    const fetching = client.fetch("/", { signal: controller.signal })
    expect([await outcomeOf(fetching), app.refreshes]).toEqual(["AbortError", 0])
  })
})

describe("an answer from elsewhere", () => {
  it.each([401, 403])("%i, after a redirect, says nothing about the token", async (status) => {
    const response = new Response(null, { status, headers: { "x-claimgate-refresh": "1" } })
    Object.defineProperty(response, "url", { value: "https://files.example.net/report.pdf" })
    const { client, app } = scripted(inTurn(200), { fetch: async () => response })
    expect(await outcomeOf(client.fetch("/"))).toBe(status)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(app.refreshes).toBe(0)
  })
})

describe("no error holds a token", () => {
  const secret = "eyJhbGciOi.s3cr3t"
  const bad: readonly [what: string, token: string][] = [
    ["a line break", `${secret}\r\nx: y`],
    ["a blank", `${secret} ${secret}`],
    ["a letter that no header can have", `${secret}é`],
  ]
  it.each(bad)("one with %s is not sent, and not repeated", async (_, token) => {
    const { client, requests } = scripted(inTurn(200), { getToken: () => token })
    const fault: Error = await client.fetch("/").catch((fault) => fault)
    expect(fault).toMatchObject({ code: "malformed_input", message: /^getToken: expected/ })
    expect(`${fault.message}${fault.stack}${JSON.stringify(fault)}`).not.toContain(secret)
    expect(requests).toEqual([])
  })

  it("what the application says when it has no token is passed on", async () => {
    const { client } = scripted(inTurn(200), { getToken: () => Promise.reject(new Error("no session")) })
    await expect(client.fetch("/")).rejects.toThrow("no session")
  })
})
