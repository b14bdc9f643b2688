import { ClaimgateError, createCatalog, decodeClaim, type RouteSet, routeIds } from "@claimgate/core"
import type { SubjectRecord } from "@claimgate/store"
import { describe, expect, it, vi } from "vitest"
import { createPreToken, type PreTokenDeps, type PreTokenLog } from "./pre-token.ts"

const log = ["GET /api/users", "DELETE /api/users/{id}", "GET /api/me", "GET /health", "GET /api/new"]
const catalog = createCatalog(log, [4, 5], { "GET /api/me": "signed-in", "GET /health": "public" })
const [olderRelease, newestRelease] = catalog.releases.map((release) => release.fingerprint)

const ann: SubjectRecord = {
  subject: "sub-ann",
  generation: 3,
  release: newestRelease,
  member: {
    subject: "sub-ann",
    roles: ["reader", "gone", "writer"],
    permissions: ["DELETE:/api/users/{id}"],
    disabled: false,
    deleted: false,
    version: 7,
  },
  roles: [
    { name: "reader", permissions: ["GET:/**"], deleted: false, version: 2 },
    { name: "writer", permissions: ["DELETE:/api/**"], deleted: true, version: 9 },
  ],
}

function trigger(load: PreTokenDeps["store"]["load"], deps: Partial<PreTokenDeps> = {}) {
  const entries: PreTokenLog[] = []
  const handler = createPreToken({
    store: { load },
    catalog,
    form: "packed",
    now: () => 0,
    log: (e) => entries.push(e),
    ...deps,
  })
  return { handler, entries }
}

function event(version: "1" | "2" | "3", triggerSource = "TokenGeneration_Authentication") {
  const machine = triggerSource === "TokenGeneration_ClientCredentials"
  return {
    version,
    triggerSource,
    region: "eu-west-1",
    userPoolId: "eu-west-1_Test00001",
    userName: machine ? "client-1" : "ann",
    callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "client-1" },
    request: machine
      ? { userAttributes: {}, scopes: ["api/all"], groupConfiguration: {} }
      : {
          userAttributes: { sub: "sub-ann", "custom:permissions": "*:/**", "custom:role": "admin" },
          groupConfiguration: { groupsToOverride: ["admin"], iamRolesToOverride: [], preferredRole: null },
          clientMetadata: { "custom:role": "admin" },
        },
    response: version === "1" ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null },
  }
}

/** The one set of claims that an answer carries, wherever this version puts it. */
function claimsIn(answer: Record<string, unknown>): Record<string, string>[] {
  const found: Record<string, string>[] = []
  JSON.stringify(answer.response, (key, value) => {
    if (key === "claimsToAddOrOverride") found.push(value)
    return value
  })
  return found
}

function routesOf(claim: string | undefined, of = catalog): string[] {
  const decoded = decodeClaim(of, claim)
  const routes: RouteSet | undefined = decoded.ok ? decoded.routes : undefined
  return routes === undefined
    ? []
    : routeIds(routes).map((id) => `${of.routes[id]?.method} ${of.routes[id]?.path}`)
}

describe("a token", () => {
  it("holds what roles and own grants add up to, and which versions were read", async () => {
    const [claims] = claimsIn(await trigger(async () => ann).handler(event("3")))
    expect(claims).toMatchObject({ "custom:role": "gone,reader,writer", "custom:epoch": "3.7.0.2.9" })
    expect(routesOf(claims?.["custom:permissions"])).toEqual([
      "GET /api/users",
      "DELETE /api/users/{id}",
      "GET /api/new",
    ])
  })

  const placed: readonly (readonly ["1" | "2" | "3", string, unknown])[] = [
    ["1", "TokenGeneration_Authentication", { claimsOverrideDetails: "claims" }],
    [
      "2",
      "TokenGeneration_RefreshTokens",
      { claimsAndScopeOverrideDetails: { idTokenGeneration: "claims", accessTokenGeneration: "claims" } },
    ],
    [
      "3",
      "TokenGeneration_Authentication",
      { claimsAndScopeOverrideDetails: { idTokenGeneration: "claims", accessTokenGeneration: "claims" } },
    ],
    [
      "3",
      "TokenGeneration_ClientCredentials",
      { claimsAndScopeOverrideDetails: { accessTokenGeneration: "claims" } },
    ],
  ]
  it.each(placed)("gets its claims where V%s_0 wants them, from %s", async (version, source, shape) => {
    const answer = await trigger(async () => ann).handler(event(version, source))
    const places = JSON.parse(
      JSON.stringify(answer.response, (_, value) =>
        value?.claimsToAddOrOverride === undefined ? value : "claims",
      ),
    )
    expect(places).toEqual(shape)
    expect(claimsIn(answer).every((claims) => Object.keys(claims).length === 3)).toBe(true)
  })

  it("gives back the rest of the event as it came", async () => {
    const input = event("2")
    const { response, ...rest } = await trigger(async () => ann).handler(input)
    expect({ ...rest, response: input.response }).toEqual(input)
    expect(response).not.toEqual(input.response)
  })

  it("is minted for the subject that Cognito names, a machine by its client id", async () => {
    const asked: string[] = []
    const { handler } = trigger(async (subject) => {
      asked.push(subject)
      return { ...ann, member: undefined }
    })
    await handler(event("3"))
    await handler(event("3", "TokenGeneration_ClientCredentials"))
    expect(asked).toEqual(["sub-ann", "client:client-1"])
  })

  it("is written for the release that the table names", async () => {
    const { handler } = trigger(async () => ({ ...ann, release: olderRelease }))
    const claim = claimsIn(await handler(event("2")))[0]?.["custom:permissions"]
    expect(claim?.slice(1, 6)).toBe(olderRelease)
    expect(routesOf(claim)).toEqual(["GET /api/users", "DELETE /api/users/{id}"])
  })

  it.each([undefined, "zzzzz"])(
    "is written for the newest release where the table names %s",
    async (release) => {
      const { handler } = trigger(async () => ({ ...ann, release }))
      expect(claimsIn(await handler(event("2")))[0]?.["custom:permissions"]?.slice(1, 6)).toBe(newestRelease)
    },
  )

  it("spells routes out in plain form", async () => {
    const { handler } = trigger(async () => ann, { form: "plain" })
    expect(claimsIn(await handler(event("2")))[0]?.["custom:permissions"]).toBe(
      "GET:/api/users,DELETE:/api/users/{id},GET:/api/new",
    )
  })
})

describe("nothing is granted, and all three claims say so, to", () => {
  const member = ann.member
  if (member === undefined) throw new Error("expected a member")
  const rows: readonly (readonly [string, SubjectRecord, string])[] = [
    ["a subject without a member", { ...ann, generation: 0, member: undefined, roles: [] }, "0.0"],
    ["a disabled member", { ...ann, member: { ...member, disabled: true } }, "3.7"],
    ["a deleted member", { ...ann, member: { ...member, deleted: true } }, "3.7"],
  ]
  it.each(rows)("%s", async (_, record, epoch) => {
    for (const claims of claimsIn(await trigger(async () => record).handler(event("3"))))
      expect(claims).toEqual({ "custom:role": "guest", "custom:permissions": "-", "custom:epoch": epoch })
  })

  const broken: readonly (readonly [string, () => Promise<SubjectRecord>])[] = [
    [
      "a member whose item cannot be read",
      () => Promise.reject(new ClaimgateError("malformed_record", "member: bad")),
    ],
    [
      "a member with a permission that cannot be read",
      async () => ({ ...ann, member: { ...member, permissions: ["GET"] } }),
    ],
  ]
  it.each(broken)("%s, with a line for the alarm", async (_, load) => {
    const { handler, entries } = trigger(load)
    expect(claimsIn(await handler(event("2")))[0]).toMatchObject({
      "custom:role": "guest",
      "custom:permissions": "-",
    })
    expect(entries).toMatchObject([{ outcome: "malformed" }])
  })
})

describe("sign-in fails with a generic message", () => {
  it("when the store fails", async () => {
    const { handler, entries } = trigger(() =>
      Promise.reject(new ClaimgateError("dependency_failed", "table Permissions-1: throttled")),
    )
    await expect(handler(event("2"))).rejects.toThrow(
      /^Sign-in is not available at the moment\. Please try again\.$/,
    )
    expect(entries).toMatchObject([
      { outcome: "failed", because: "dependency_failed: table Permissions-1: throttled" },
    ])
  })

  const denied = "User: arn:aws:sts::123456789012:assumed-role/PreToken is not authorized"
  const aws = Object.assign(new Error(denied), { name: "AccessDeniedException" })
  const faults: readonly (readonly [string, unknown, string])[] = [
    ["AWS", aws, "AccessDeniedException"],
    [
      "AWS, behind the store's own",
      new ClaimgateError("dependency_failed", "table", { cause: aws }),
      "dependency_failed: table: AccessDeniedException",
    ],
    ["a parser", new SyntaxError(`Unexpected token '<', "<html>" is not valid JSON`), "SyntaxError"],
    ["whoever throws text", denied, "string"],
  ]
  it.each(faults)("and the log has no word of %s but its name", async (_, fault, because) => {
    const { handler, entries } = trigger(() => Promise.reject(fault))
    await expect(handler(event("2"))).rejects.toThrow(/^Sign-in is not available/)
    expect(entries).toMatchObject([{ outcome: "failed", because }])
  })

  it("when the store does not answer in time", async () => {
    const { handler } = trigger(() => new Promise(() => undefined), { deadline: 20 })
    await expect(handler(event("2"))).rejects.toThrow(/^Sign-in is not available/)
  })
})

describe("an event", () => {
  const rows: readonly (readonly [string, unknown, string])[] = [
    ["that is nothing", undefined, "event"],
    ["of an unknown version", { ...event("2"), version: "4" }, "version"],
    ["without a source", { ...event("2"), triggerSource: undefined }, "triggerSource"],
    ["without a request", { ...event("2"), request: undefined }, "request"],
    ["without a subject", { ...event("2"), request: { userAttributes: {} } }, "request.userAttributes.sub"],
    [
      "of a person who is called like a machine",
      { ...event("2"), request: { userAttributes: { sub: "client:client-1" } } },
      "request.userAttributes.sub",
    ],
    ["of a machine before version 3", event("2", "TokenGeneration_ClientCredentials"), "triggerSource"],
    [
      "of a machine without a client",
      { ...event("3", "TokenGeneration_ClientCredentials"), callerContext: {} },
      "callerContext.clientId",
    ],
  ]
  it.each(rows)("%s is refused: the log names the field, the message does not", async (_, input, field) => {
    const { handler, entries } = trigger(async () => ann)
    await expect(handler(input)).rejects.toThrow(/^Sign-in is not available/)
    expect(entries).toMatchObject([
      { outcome: "failed", because: expect.stringContaining(`: ${field}: expected`) },
    ])
  })
})

it("a log that throws changes nothing", async () => {
  const log = () => {
    throw new Error("EPIPE")
  }
  const { handler } = trigger(async () => ann, { log })
  expect(claimsIn(await handler(event("2")))[0]).toMatchObject({ "custom:role": "gone,reader,writer" })
})

it("gives up after three seconds, within Cognito's five", async () => {
  vi.useFakeTimers()
  try {
    const { handler } = trigger(() => new Promise(() => undefined))
    const failed = expect(handler(event("2"))).rejects.toThrow(/^Sign-in is not available/)
    await vi.advanceTimersByTimeAsync(3000)
    await failed
  } finally {
    vi.useRealTimers()
  }
})
