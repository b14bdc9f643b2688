/** The client in a real browser, from another origin than the API's, against the local stack. */
import { createServer, type IncomingMessage, type RequestListener } from "node:http"
import { fileURLToPath } from "node:url"
import { newAttribution } from "@claimgate/store"
import { build } from "esbuild"
import type { Browser, BrowserContext, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { type DoorName, webOrigin } from "../../local/src/doors.ts"
import { webClientId } from "../../local/src/identity.ts"
import { type Stack, startStack } from "../../local/src/stack.ts"
import { people } from "../../local/src/subjects.ts"
import { chromiumPath, startChromium } from "./chromium.ts"

const patient = { timeout: 5_000 }
const expected = "expected Chromium at /usr/bin/chromium or where CHROMIUM_PATH says"
if (chromiumPath === undefined) process.stderr.write(`\nSKIPPED: the client in a browser: ${expected}\n\n`)

it.runIf(process.env.CI)("Chromium is there", () => expect(chromiumPath, expected).toBeDefined())

describe.runIf(chromiumPath)("in Chromium", () => {
  let stack: Stack
  let browser: Browser
  let context: BrowserContext
  let script: string

  beforeAll(async () => {
    ;[stack, browser, script] = await Promise.all([startStack(), startChromium(chromiumPath), bundlePage()])
    context = await browser.newContext()
  }, 30_000)

  afterAll(async () => {
    await browser?.close()
    await stack?.close()
  })

  /** A page of the one origin that the API's CORS configuration names. Nothing serves it but the test. */
  const openPage = async () => {
    const page = await context.newPage()
    await page.route(`${webOrigin}/**`, (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Front end</title>" }),
    )
    await page.goto(webOrigin)
    // From here on the browser asks the API itself, preflights included: while routes are on, Playwright answers those.
    await page.unrouteAll()
    return page
  }

  /** Somebody signed in, in front of that page. */
  const signIn = async (name: string, door: DoorName, ahead = 0) => {
    const email = `${name}@example.com`
    const tokens = await authenticate("USER_PASSWORD_AUTH", {
      USERNAME: email,
      PASSWORD: people.find((person) => person.email === email)?.password ?? "",
    })
    const page = await openPage()
    await page.exposeFunction("newToken", async () => {
      const { access } = await authenticate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: tokens.refresh })
      return access
    })
    await page.addScriptTag({ content: script })
    await page.evaluate(([url, token, ahead]) => globalThis.frontEnd.open(url, token, ahead), [
      stack.addresses.doors[door],
      tokens.access,
      ahead,
    ] as const)
    return driverOf(page)
  }

  const authenticate = async (AuthFlow: string, AuthParameters: Record<string, string>) => {
    const response = await fetch(stack.addresses.userPool, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
      },
      body: JSON.stringify({ ClientId: webClientId, AuthFlow, AuthParameters }),
    })
    // Cognito's own answer to who signs in without a challenge.
    const { AuthenticationResult } = (await response.json()) as {
      AuthenticationResult: { AccessToken: string; RefreshToken: string }
    }
    return { access: AuthenticationResult.AccessToken, refresh: AuthenticationResult.RefreshToken }
  }

  const grant = async (name: string, ...roles: string[]) => {
    const subject = await stack.subject(`${name}@example.com`)
    const { member } = await stack.store.load(subject)
    await stack.store.putMember(
      { subject, roles, permissions: member?.permissions ?? [], disabled: false },
      member?.version ?? 0,
      newAttribution("ann", "admin-api"),
    )
  }

  it("calls the API, and asks for no other token while its own says all there is to say", async () => {
    const ben = await signIn("ben", "hybrid", 60_000)
    expect(await ben.call("GET", "/api/reports")).toMatchObject({ came: 200, told: null })
    expect([await ben.shows("GET /api/reports"), await ben.shows("POST /api/reports")]).toEqual([true, false])
    expect(await ben.refreshes()).toBe(0)
  })

  it("reads that its token is behind, and gets a new one in the background (hybrid, revoked)", async () => {
    await grant("dan", "operator")
    const dan = await signIn("dan", "hybrid")
    expect(await dan.call("DELETE", "/api/devices/1")).toMatchObject({ came: 404, told: null })
    expect(await dan.shows("DELETE /api/devices/{id}")).toBe(true)
    await grant("dan")
    expect(await dan.call("DELETE", "/api/devices/1")).toMatchObject({ came: 403, told: "1" })
    await vi.waitFor(async () => expect(await dan.shows("DELETE /api/devices/{id}")).toBe(false), patient)
    expect(await dan.refreshes()).toBe(1)
  })

  it("is let through by a token that is behind, and gets a new one (hybrid, granted)", async () => {
    const dan = await signIn("dan", "hybrid")
    await grant("dan", "reader")
    // By then the authorizer has looked at the change feed again.
    stack.clock.advance(6_000)
    expect(await dan.call("GET", "/api/reports")).toMatchObject({ came: 200, told: "1" })
    await vi.waitFor(async () => expect(await dan.shows("GET /api/reports")).toBe(true), patient)
    expect(await dan.call("GET", "/api/reports")).toMatchObject({ came: 200, told: null })
    expect(await dan.refreshes()).toBe(1)
  })

  it("cannot read an authorizer's 403, and finds out with a new token (claims, granted)", async () => {
    await grant("dan")
    const dan = await signIn("dan", "claims", 60_000)
    await grant("dan", "reader")
    expect(await dan.call("GET", "/api/reports")).toMatchObject({ came: 200 })
    expect(await dan.refreshes()).toBe(1)
  })

  it.each(["claims-rest", "cached", "backend-rest"] as const)(
    "calls a REST API, and reads its answers, refusals too (%s)",
    async (door) => {
      const ben = await signIn("ben", door, 60_000)
      expect(await ben.call("GET", "/api/reports")).toMatchObject({ came: 200 })
      expect(await ben.call("GET", "/api/reports/none")).toMatchObject({ came: 404 })
      expect(await ben.call("DELETE", "/api/users/7")).toMatchObject({ came: 403 })
    },
  )

  it("does not ask again and again where it may not go (claims, forbidden)", async () => {
    const ben = await signIn("ben", "claims", 60_000)
    for (let click = 0; click < 5; click++)
      expect(await ben.call("GET", "/api/users/export")).toMatchObject({ came: "TypeError", told: null })
    expect(await ben.refreshes()).toBe(1)
  })

  it("sends its token to no other origin, wherever the API redirects to", async () => {
    const seen: unknown[] = []
    const see = ({ method, headers }: IncomingMessage) =>
      seen.push([method, headers.authorization, headers["access-control-request-headers"]])
    const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "authorization" }
    const landing: RequestListener = (request, response) => {
      see(request)
      response.writeHead(200, cors).end("landed")
    }
    const elsewhere = await listening(landing)
    const api = await listening((request, response) => {
      see(request)
      if (request.method === "OPTIONS") response.writeHead(204, cors).end()
      else response.writeHead(302, { ...cors, location: `${elsewhere.origin}/file` }).end()
    })
    try {
      const ben = await signIn("ben", "hybrid")
      await ben.moveTo(api.origin)
      expect(await ben.call("GET", "/download")).toMatchObject({ came: 200, text: "landed" })
      expect(seen).toEqual([
        ["OPTIONS", undefined, "authorization"],
        ["GET", "Bearer a.secret.token", undefined],
        ["GET", undefined, undefined],
      ])
    } finally {
      await Promise.all([api.close(), elsewhere.close()])
    }
  })

  // Last: it takes the clock forward that all share.
  it("cannot read an authorizer's 401 either, and gets over it (hybrid, expired by the API's clock alone)", async () => {
    const ben = await signIn("ben", "hybrid", 60_000)
    stack.clock.advance(16 * 60_000)
    expect(await ben.call("GET", "/api/reports")).toMatchObject({ came: 200 })
    expect(await ben.refreshes()).toBe(1)
  })
})

function driverOf(page: Page) {
  return {
    call: (method: string, path: string) =>
      page.evaluate(([method, path]) => globalThis.frontEnd.call(method, path), [method, path] as const),
    shows: (route: Parameters<typeof frontEnd.shows>[0]) =>
      page.evaluate((route) => globalThis.frontEnd.shows(route), route),
    refreshes: () => page.evaluate(() => globalThis.frontEnd.refreshes()),
    moveTo: (baseUrl: string) =>
      page.evaluate((url) => globalThis.frontEnd.open(url, "a.secret.token", 0), baseUrl),
  }
}

async function bundlePage(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./page.ts", import.meta.url))],
    bundle: true,
    platform: "browser",
    format: "iife",
    write: false,
    logLevel: "silent",
  })
  return outputFiles[0]!.text
}

async function listening(answer: RequestListener) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  return {
    origin: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
