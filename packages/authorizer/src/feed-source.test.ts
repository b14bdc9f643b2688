import { createCatalog, type Doubt, encodeClaim, expand } from "@claimgate/core"
import { describe, expect, it, vi } from "vitest"
import { createAuthorize } from "./authorize.ts"
import { claimBehindFeed, type Vouching } from "./feed-source.ts"
import type { VerifiedToken } from "./verify.ts"

const catalog = createCatalog(["GET /users", "DELETE /users/{id}", "GET /me"], [3], {
  "GET /me": "signed-in",
})
const token: VerifiedToken = {
  subject: "ann",
  iat: 1_999_999_000,
  exp: 2_000_000_000,
  role: "reader",
  epoch: "0.1.1",
  permissions: encodeClaim(catalog, expand(catalog, ["GET:/users"])),
}

function authorizer(check: Vouching["check"], onDoubt: "recheck" | "refuse" = "recheck") {
  return createAuthorize({
    verify: async () => ({ ok: true, token }),
    catalog,
    source: claimBehindFeed(catalog, { check }),
    onDoubt,
    log: () => undefined,
    now: () => 0,
  })
}
const request = (line: string) => {
  const [method = "", path = ""] = line.split(" ")
  return { requestId: "r", authorization: "Bearer x", method, path }
}

const at = (check: Doubt | undefined) => [
  ["at once", () => check] as const,
  ["after a poll", async () => check] as const,
]

describe.each(at(undefined))("a token that the feed vouches for %s", (_, check) => {
  it("is believed where it holds the route", async () => {
    expect(await authorizer(check)(request("GET /users"))).toMatchObject({
      status: 200,
      context: { decision: "allowed", roles: "reader", epoch: "0.1.1" },
    })
  })

  it("is believed where it does not", async () => {
    expect(await authorizer(check)(request("DELETE /users/7"))).toMatchObject({
      status: 403,
      because: "no_permission",
    })
  })
})

describe.each(["stale_epoch", "feed_unavailable"] as const)("a token that is in doubt, %s", (doubt) => {
  describe.each(at(doubt))("said %s", (_, check) => {
    it.each(["GET /users", "DELETE /users/7"])("cannot tell, whatever it holds: %s", async (line) => {
      expect(await authorizer(check)(request(line))).toMatchObject({
        status: 200,
        context: { decision: "recheck", because: doubt, roles: "reader", epoch: "0.1.1" },
      })
    })

    it.each(["GET /users", "DELETE /users/7"])(
      "is a 401 where nobody can ask the store: %s",
      async (line) => {
        expect(await authorizer(check, "refuse")(request(line))).toMatchObject({
          status: 401,
          because: doubt,
        })
      },
    )

    it("opens no bad path", async () => {
      expect(await authorizer(check)(request("GET /users/"))).toMatchObject({
        status: 403,
        because: "bad_path",
      })
    })
  })
})

it("a route for whoever is signed in asks no feed", async () => {
  const check = vi.fn(() => "stale_epoch" as const)
  expect(await authorizer(check)(request("GET /me"))).toMatchObject({ context: { decision: "allowed" } })
  expect(check).not.toHaveBeenCalled()
})

it("the feed is shown the very token that was verified", async () => {
  const check = vi.fn(() => undefined)
  await authorizer(check)(request("GET /users"))
  expect(check).toHaveBeenCalledWith(token)
})
