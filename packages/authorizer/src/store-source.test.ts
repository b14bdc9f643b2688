import { ClaimgateError, createCatalog, routeIds } from "@claimgate/core"
import type { Member, Role, SubjectRecord } from "@claimgate/store"
import { describe, expect, it, vi } from "vitest"
import { createAuthorize, type DecisionLog } from "./authorize.ts"
import { createRestAuthorizer } from "./rest.ts"
import { storeSource } from "./store-source.ts"
import type { VerifiedToken } from "./verify.ts"

const catalog = createCatalog(["GET /users", "DELETE /users/{id}", "GET /me"], [3], {
  "GET /me": "signed-in",
})
const known = catalog.routes[0]!

const ann: Member = {
  subject: "ann",
  roles: ["reader", "writer"],
  permissions: [],
  disabled: false,
  deleted: false,
  version: 7,
}
const role = (name: string, permissions: string[], more: Partial<Role> = {}): Role => ({
  name,
  permissions,
  deleted: false,
  version: 2,
  ...more,
})
const reader = role("reader", ["GET:/users"])
const writer = role("writer", ["DELETE:/users/*"], { version: 3 })

function recordOf(member: Member | undefined, roles: readonly Role[] = [reader, writer]): SubjectRecord {
  return { subject: "ann", generation: 1, release: undefined, member, roles }
}

/** What the token says of itself counts for nothing here. */
const token: VerifiedToken = {
  subject: "ann",
  iat: 1_999_999_000,
  exp: 2_000_000_000,
  role: "admin",
  epoch: "9.9.9",
  permissions: "GET:/users,DELETE:/users/{id}",
}

async function standing(record: SubjectRecord) {
  const { routes, ...rest } = await storeSource(catalog, { load: async () => record })(token, known)
  return { holds: routes && routeIds(routes), ...rest }
}

describe("a subject holds", () => {
  const rows: readonly (readonly [string, SubjectRecord, readonly number[], string, string])[] = [
    ["what its roles add up to", recordOf(ann), [0, 1], "reader,writer", "1.7.2.3"],
    [
      "what was granted to itself",
      recordOf({ ...ann, roles: [], permissions: ["GET:/users"] }),
      [0],
      "guest",
      "1.7",
    ],
    [
      "less what was taken away",
      recordOf({ ...ann, permissions: ["!DELETE:/**"] }),
      [0],
      "reader,writer",
      "1.7.2.3",
    ],
    ["everything as an administrator", recordOf({ ...ann, roles: ["admin"] }), [0, 1], "admin", "1.7.0"],
    [
      "nothing of a deleted role",
      recordOf(ann, [reader, { ...writer, deleted: true }]),
      [0],
      "reader,writer",
      "1.7.2.3",
    ],
    ["nothing of a role that never was", recordOf(ann, [reader]), [0], "reader,writer", "1.7.2.0"],
    ["nothing while it is disabled", recordOf({ ...ann, disabled: true }), [], "guest", "1.7"],
    ["nothing once it is deleted", recordOf({ ...ann, deleted: true }), [], "guest", "1.7"],
    ["nothing where nobody knows it", recordOf(undefined), [], "guest", "1.0"],
  ]
  it.each(rows)("%s", async (_, record, holds, roles, epoch) => {
    expect(await standing(record)).toEqual({ holds, roles, epoch })
  })
})

it.each([
  ["reader,writer", ["reader", "writer"]],
  ["guest", []],
  [undefined, []],
])("the token's roles %j are read along with the subject", async (roles, expected) => {
  const load = vi.fn(async () => recordOf(ann))
  await storeSource(catalog, { load })({ ...token, role: roles }, known)
  expect(load.mock.calls).toEqual([["ann", expected]])
})

describe("a request", () => {
  const request = (method: string, path: string, resource: string) => ({
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/${method}${path}`,
    httpMethod: method,
    path,
    resource,
    multiValueHeaders: { Authorization: ["Bearer x"] },
    requestContext: { requestId: "req-1", resourcePath: resource },
  })
  function authorizer(load: () => Promise<SubjectRecord>) {
    const entries: DecisionLog[] = []
    const authorize = createAuthorize({
      verify: async () => ({ ok: true, token }),
      catalog,
      source: storeSource(catalog, { load }),
      onDoubt: "refuse",
      log: (entry) => entries.push(entry),
      now: () => 0,
    })
    return { entries, call: createRestAuthorizer(authorize, "resource") }
  }

  it("is decided by the store, and its context is the store's", async () => {
    const { call } = authorizer(async () => recordOf({ ...ann, roles: ["reader"] }))
    expect(await call(request("GET", "/users", "/users"))).toMatchObject({
      policyDocument: { Statement: [{ Effect: "Allow" }] },
      context: { roles: "reader", epoch: "1.7.2", exp: "2000000000", route: "GET /users" },
    })
    expect(await call(request("DELETE", "/users/7", "/users/{id}"))).toMatchObject({
      policyDocument: { Statement: [{ Effect: "Deny" }] },
    })
  })

  it("of a disabled subject passes where it is enough to be signed in, and nowhere else", async () => {
    const { call } = authorizer(async () => recordOf({ ...ann, disabled: true }))
    expect(await call(request("GET", "/me", "/me"))).toMatchObject({
      policyDocument: { Statement: [{ Effect: "Allow" }] },
      context: { roles: "guest" },
    })
    expect(await call(request("GET", "/users", "/users"))).toMatchObject({
      policyDocument: { Statement: [{ Effect: "Deny" }] },
    })
  })

  const faults: readonly (readonly [string, () => Promise<SubjectRecord>])[] = [
    [
      "the store does not answer",
      () => Promise.reject(new ClaimgateError("dependency_failed", "store: timed out")),
    ],
    ["what is stored cannot be read", async () => recordOf({ ...ann, permissions: ["GET /users"] })],
  ]
  it.each(faults)("is a failed call where %s: neither let through nor remembered", async (_, load) => {
    const { call, entries } = authorizer(load)
    const answer = call(request("GET", "/users", "/users"))
    await expect(answer).rejects.toThrow(ClaimgateError)
    await expect(answer).rejects.not.toThrow(/^Unauthorized$/)
    expect(entries).toMatchObject([{ status: 500, decision: "failed" }])
  })

  it("costs no read where no route was asked for", async () => {
    const load = vi.fn(async () => recordOf(ann))
    const { call } = authorizer(load)
    await expect(call(request("GET", "/users/../me", "/me"))).rejects.toThrow(/^Unauthorized$/)
    expect(load).not.toHaveBeenCalled()
  })
})
