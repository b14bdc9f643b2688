/** Stages that do something else than expected: every check that can raise an alarm does, and only where it should. */
import type { IncomingMessage } from "node:http"
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb"
import { describe, expect, it } from "vitest"
import { type Key, keepingDoor } from "../../test/keeping-door.ts"
import {
  openScriptedLab,
  type Script,
  type ScriptedAnswer,
  scriptedSubject,
  scriptedToken,
} from "../../test/scripted-lab.ts"
import type { Observation } from "../check.ts"
import { checks } from "./all.ts"

async function look(id: string, script: Script): Promise<Observation> {
  const check = checks.find((one) => one.id === id)
  if (check === undefined) throw new Error(`check \`${id}\`: there is none`)
  const { lab, close } = await openScriptedLab(script)
  return check.look(lab).finally(close)
}

const origin = "https://app.example.com"
const allows = (value: string) => ["access-control-allow-origin", value] as const
const nosniff = ["x-content-type-options", "nosniff"] as const

/** The backend's own answer. */
const backend = (status: number, body: object = {}): ScriptedAnswer => ({
  ...{ status, headers: [nosniff] },
  body: JSON.stringify(body),
})
const gateway = (status: number, body: object = { message: "…" }): ScriptedAnswer => ({
  status,
  body: JSON.stringify(body),
})
const always = (answer: ScriptedAnswer | undefined): Script => ({ door: () => answer })
/** One answer after the other, the last one again and again. */
const inTurn = (...answers: readonly ScriptedAnswer[]): Script => {
  let asked = 0
  return { door: () => answers[Math.min(asked++, answers.length - 1)] }
}

const noFile = backend(404, { code: "not_found", detail: "file `a`: there is none" })
const noDevice = backend(404, { code: "not_found", detail: "device `claimgate-verify`: there is none" })
const badPath = backend(400, { code: "malformed_input", reason: "bad_path" })
const otherRoute = backend(403, { code: "forbidden", reason: "other_route" })
const meAs = (expiresAt: string) => backend(200, { subject: scriptedSubject, token: { expiresAt } })
const forbidden = gateway(403, { message: "Forbidden" })

type Row = readonly [id: string, what: string, script: Script]

describe("raises an alarm", () => {
  const rows: readonly Row[] = [
    ["http-403", "where who holds nothing is let in", always(backend(200))],
    ["http-403", "where the backend has to refuse", always(backend(403))],
    ["http-403", "where a refusal is a 401", always(gateway(401))],
    ["http-401", "where a bad token is let in", always(backend(200))],
    ["http-401", "where a bad token is a 500", always(gateway(500))],
    ["http-refusal-cors", "where any origin may read", always({ status: 401, headers: [allows("*")] })],
    ["http-preflight", "where nobody answers", always(gateway(404))],
    ["http-preflight", "where the authorizer is asked", always(gateway(401))],
    ["http-foreign-preflight", "where a foreign origin is let in", { door: echoOrigin }],
    ["http-foreign-preflight", "where any origin is let in", always({ status: 204, headers: [allows("*")] })],
    ["http-431", "where headers over the limit pass", always(backend(200))],
    ["http-dot-segments", "where the backend refuses what the authorizer has let through", always(badPath)],
    ["http-dot-segments", "where authorizer and backend see two routes", always(otherRoute)],
    ["http-backslash", "where the authorizer cannot read the event", always(gateway(500))],
    ["http-decoded-question", "where the backend sees the `?`", always(badPath)],
    [
      "http-forged-token",
      "where a forged token passes beside a good one",
      always(meAs("2096-10-02T07:06:40Z")),
    ],
    ["jwt-wording", "where a bad token is a 403", always(gateway(403))],
    ["jwt-numbers", "where the backend cannot read the times", always(backend(401))],
    ["jwt-numbers", "where a time is read as another one", always(meAs("2096-10-02T07:06:41Z"))],
    ["rest-cognito-times", "where the backend cannot read the times", always(backend(401))],
    ["rest-401-not-kept", "where a refusal is remembered", always(gateway(401))],
    ["rest-identity-method", "where an answer for GET holds for PUT", signedIn(inTurn(noFile, noDevice))],
    ["rest-identity-method", "where a refusal of PUT sticks to GET", kept("resource", ["resource"])],
    ["rest-identity-method", "where it does for one path", kept("path", ["path"])],
    ["rest-identity-resource", "where an answer holds for another resource", signedIn(always(noFile))],
    ["rest-identity-resource", "where a refusal holds for another resource", signedIn(always(forbidden))],
    ["rest-identity-resource", "where a refusal sticks to another resource", kept("resource", ["method"])],
    [
      "rest-identity-resource",
      "where a refusal does not stay one",
      signedIn(inTurn(forbidden, noFile, meAs(""), noFile)),
    ],
    ["rest-identity-path", "where a refusal sticks to another path", kept("path", ["method"])],
    ["rest-identity-path", "where it does within a resource", kept("path", ["method", "resource"])],
    [
      "rest-identity-path",
      "where an answer holds for another path",
      { ...signedIn(inTurn(badPath, noFile)), env: { CACHED_BY: "path" } },
    ],
    ["rest-question-mark", "where `?` is no character", always(forbidden)],
    [
      "rest-token-arn",
      "where the path is decoded",
      { ...always(forbidden), env: { REST_AUTHORIZER: "TOKEN" } },
    ],
    ["rest-method-override", "where only the backend sees the other method", always(noDevice)],
    ["rest-method-override", "where authorizer and backend see two routes", always(otherRoute)],
    ["rest-494", "where headers over the limit pass", always(backend(200))],
    ["rest-unknown-stage", "where an unknown stage answers", always(backend(200))],
    [
      "rest-www-authenticate",
      "where a foreign client's token is let in",
      { ...always(backend(200)), aws: anyClient },
    ],
    [
      "cognito-mixed-scopes",
      "where an unknown scope is granted",
      always(granted("api/use api/claimgate-verify")),
    ],
    ["cognito-disabled", "where who is disabled signs in", { aws: anyUser }],
    ["cognito-revoke-foreign", "where another client's token is revoked", { aws: anyUser }],
    ["cognito-sub", "where a sub is one that the store does not take", { aws: users("a b") }],
    ["dynamo-token-mismatch", "where another request is taken for the same", {}],
    ["dynamo-malformed-value", "where a malformed value is written", {}],
    ["dynamo-several-conditions", "where no condition is looked at", {}],
    ["dynamo-torn-reads", "where a transaction's reads are of two moments", { aws: read("1", "2") }],
    ["dynamo-torn-reads", "where a transaction shows one item of two", { aws: read("1", undefined) }],
    ["feed-consistent-query", "where a query shows less than was written", {}],
    ["feed-clock-gateway", "where this machine is two minutes behind", { ...dated(), now: ago(120) }],
    ["feed-clock-gateway", "where this machine is two minutes ahead", { ...dated(), now: ago(-120) }],
    ["feed-clock-cognito", "where tokens are issued two minutes later", { aws: issued(120) }],
    ["feed-iat", "where tokens are issued six seconds later", { aws: issued(7) }],
    ["feed-clock-lambda", "where Lambda is two minutes behind", { ...created(-120), aws: anyUser }],
  ]
  it.each(rows)("%s: %s", async (id, _, script) => {
    expect(await look(id, script)).toMatchObject({ verdict: "differs", alarming: true })
  })
})

describe("finds as it expects", () => {
  const rows: readonly Row[] = [
    [
      "rest-identity-method",
      "answers that are kept for what they were given for",
      kept("resource", ["method", "resource"]),
    ],
    ["rest-identity-method", "those of one path", kept("path", ["method", "path"])],
    ["rest-identity-resource", "those of one resource", kept("resource", ["method", "resource"])],
    ["rest-identity-path", "those of one path", kept("path", ["method", "path"])],
  ]
  it.each(rows)("%s: %s", async (id, _, script) => {
    expect(await look(id, script)).toMatchObject({ verdict: "as expected" })
  })

  it.each(rows)("%s: %s, with a token of which nothing was kept before", async (id, _, script) => {
    const tokens: (string | undefined)[] = []
    const door = (request: IncomingMessage) => {
      tokens.push(request.headers.authorization)
      return script.door?.(request)
    }
    const { lab, close } = await openScriptedLab({ ...script, door })
    await checks.find((one) => one.id === id)?.look(lab)
    await close()
    expect(new Set(tokens).size).toBe(1)
    expect(tokens).not.toContain(`Bearer ${(await lab.someone()).token}`)
  })

  const whole = read("1", "1")
  const half = { scripted: [{ value: { S: "1" } }] }
  it.each<[string, Script["aws"] & {}]>([
    ["0 BatchGetItem of 0 answered", whole],
    ["20 BatchGetItem of 20 answered", (c) => (c === batchGet ? { Responses: half } : whole(c))],
    [
      "0 BatchGetItem of 0 answered",
      (c) => (c === batchGet ? { Responses: half, UnprocessedKeys: { scripted: {} } } : whole(c)),
    ],
  ])("dynamo-torn-reads: whole transactions, and %s", async (batch, aws) => {
    expect(await look("dynamo-torn-reads", { aws })).toEqual({
      verdict: "as expected",
      seen: `torn: 0 TransactGetItems of 20 answered; ${batch}`,
    })
  })
})

describe("tells a difference that nothing depends on", () => {
  const rows: readonly Row[] = [
    ["http-403", "another body", always(gateway(403))],
    ["http-401", "another body", always(gateway(401))],
    [
      "http-refusal-cors",
      "the origin may read refusals, too",
      always({ status: 401, headers: [allows(origin)] }),
    ],
    ["http-preflight", "the backend answers it", always({ status: 204, headers: [nosniff, allows(origin)] })],
    ["http-431", "another status", always(gateway(400))],
    ["http-431", "no answer at all", always(undefined)],
    ["http-431-body", "another body", always(gateway(431))],
    ["http-dot-segments", "they are resolved before anybody is asked", always(meAs(""))],
    ["http-dot-segments", "they are refused before anybody is asked", always(gateway(400))],
    ["http-absolute-form", "it is refused", always(gateway(400))],
    ["http-broken-escape", "it is refused", always(gateway(400))],
    ["http-greedy-empty", "there is no such route", always(gateway(404))],
    ["http-two-tokens", "one of them counts", always(backend(200))],
    ["http-forged-token", "the last one counts", inTurnByOrder()],
    ["jwt-wording", "another challenge", always({ status: 401, headers: [["www-authenticate", "Bearer"]] })],
    ["rest-repeated-header", "one of them counts", always(backend(200))],
    ["rest-method-override", "it is overlooked", always(noFile)],
    [
      "rest-response-type",
      "both types",
      always({ status: 401, headers: ["application/json", "application/problem+json"].map(type) }),
    ],
    ["rest-response-id", "another id", always(gateway(401, { instance: "$context.requestId" }))],
    ["rest-494", "another status", always(gateway(431))],
    ["rest-unknown-stage", "another status", always(gateway(404))],
    ["rest-www-authenticate", "it keeps its name", { ...always(challenged), aws: anyClient }],
    ["cognito-mixed-scopes", "the request is refused", always(gateway(400, { error: "invalid_scope" }))],
    ["cognito-disabled", "it is told without a password", { aws: disabled }],
    ["cognito-revoke-unknown", "it is no error", { aws: anyUser }],
    [
      "dynamo-token-mismatch",
      "another text",
      { aws: second(serviceError("IdempotentParameterMismatchException")) },
    ],
    ["dynamo-4mb", "another text", { aws: () => Promise.reject(serviceError("ValidationException")) }],
    ["dynamo-4mb-counts", "it is not refused", {}],
    [
      "dynamo-malformed-value",
      "it cancels",
      { aws: () => Promise.reject(serviceError("TransactionCanceledException")) },
    ],
  ]
  it.each(rows)("%s: %s", async (id, _, script) => {
    expect(await look(id, script)).toMatchObject({ verdict: "differs", alarming: false })
  })
})

describe("says what to deploy", () => {
  const rows: readonly (readonly [id: string, script: Script, what: string])[] = [
    ["http-refusal-cors", { env: { CORS_ORIGINS: "" } }, "CORS_ORIGINS"],
    ["http-literal-any", always(gateway(404)), "GATEWAY_LAYOUT=proxy"],
    ["rest-identity-path", {}, "CACHED_BY=path"],
    ["rest-401-not-kept", { env: { CACHED_BY: "path" } }, "CACHED_BY=resource"],
    ["rest-identity-resource", { env: { CACHED_BY: "path" } }, "CACHED_BY=resource"],
    ["rest-question-mark", { env: { CLAIMS_TTL: "60" } }, "CLAIMS_TTL=0"],
    ["rest-token-arn", {}, "REST_AUTHORIZER=TOKEN"],
    ["cache-failover", {}, "PERMISSION_CACHE=redis"],
  ]
  it.each(rows)("%s: %j", async (id, script, what) => {
    const { verdict, seen } = await look(id, script)
    expect([verdict, seen]).toEqual(["not applicable", expect.stringContaining(what)])
  })

  it("where a stage has no front door of the kind", async () => {
    const { lab, close } = await openScriptedLab({})
    const bare = { ...lab, stage: { ...lab.stage, doors: {} } }
    const seen = await Promise.all(
      checks.filter(({ id }) => /^(http|rest|jwt)-/.test(id)).map((one) => one.look(bare)),
    )
    await close()
    expect(new Set(seen.map(({ verdict }) => verdict))).toEqual(new Set(["not applicable", "by hand"]))
  })

  it("and how to look by hand, where there is a Valkey", async () => {
    expect(await look("cache-failover", { env: { PERMISSION_CACHE: "redis" } })).toMatchObject({
      verdict: "by hand",
    })
  })
})

it("a check that is carried out in neither way has not seen anything", async () => {
  await expect(look("feed-clock-lambda", { ...always(gateway(403)), aws: anyUser })).rejects.toThrow(
    "expected 201",
  )
  await expect(look("dynamo-4mb", { aws: () => Promise.reject(new Error("offline")) })).rejects.toThrow(
    "offline",
  )
})

it("transactions that are all refused have not been seen to be whole", async () => {
  const conflicts = (command: string) => {
    if (command !== "TransactGetItemsCommand") return {}
    throw new TransactionCanceledException({ $metadata: {}, message: "conflict" })
  }
  for (const aws of [conflicts, () => ({}), read(), read(undefined, undefined)])
    await expect(look("dynamo-torn-reads", { aws })).rejects.toThrow(
      "0 TransactGetItems of 0 answered; 0 BatchGetItem of 0 answered: expected 20",
    )
})

// What scripts are made of.

const batchGet = "BatchGetItemCommand"

const challenged: ScriptedAnswer = { status: 401, headers: [nosniff, ["www-authenticate", "Bearer"]] }

function type(value: string): readonly [string, string] {
  return ["content-type", value]
}

function echoOrigin({ headers }: IncomingMessage): ScriptedAnswer {
  return { status: 204, headers: [allows(headers.origin ?? "")] }
}

/** Lets through whose last token is the good one. */
function inTurnByOrder(): Script {
  return {
    door: ({ rawHeaders }) => {
      const last = rawHeaders.filter((_, at) => rawHeaders[at - 1]?.toLowerCase() === "authorization").at(-1)
      return last?.endsWith("AAAAAAAA") ? gateway(401) : backend(200)
    },
  }
}

function granted(scope: string): ScriptedAnswer {
  return gateway(200, { access_token: scriptedToken({ scope }) })
}

function anyClient(command: string): object {
  return command === "CreateUserPoolClientCommand"
    ? { UserPoolClient: { ClientId: "foreign" } }
    : anyUser(command)
}

/** Everything works: users are made, and whoever asks gets tokens. */
function anyUser(command: string): object {
  const User = { Attributes: [{ Name: "sub", Value: scriptedSubject }] }
  const AccessToken = scriptedToken({ iat: Date.now() / 1000 })
  return command === "AdminCreateUserCommand" ? { User } : { AuthenticationResult: { AccessToken } }
}

function issued(late: number): (command: string) => unknown {
  const AccessToken = () => scriptedToken({ iat: Date.now() / 1000 + late })
  return () => ({ AuthenticationResult: { AccessToken: AccessToken() } })
}

function users(sub: string): () => object {
  return () => ({ Users: [{ Attributes: [{ Name: "sub", Value: sub }] }] })
}

function serviceError(name: string, message = "another text"): Error {
  return Object.assign(new Error(message), { name, $metadata: {} })
}

function disabled(command: string): unknown {
  if (command !== "InitiateAuthCommand") return anyUser(command)
  throw serviceError("NotAuthorizedException", "User is disabled.")
}

/** Fails from the second time on. */
function second(error: Error): () => unknown {
  let asked = 0
  return () => {
    if (asked++ > 0) throw error
    return {}
  }
}

/** What a transaction's reads show, whatever is written. */
function read(...values: readonly (string | undefined)[]): (command: string) => unknown {
  const items = values.map((S) => (S === undefined ? {} : { Item: { value: { S } } }))
  return (command) => (command === "TransactGetItemsCommand" ? { Responses: items } : {})
}

/** The keys that tell answers apart, of those that the check's own door is told. */
function kept(names: "path" | "resource", keys: readonly Key[]): Script {
  return signedIn(keepingDoor(names, keys))
}

function signedIn(script: Script): Script {
  return { ...script, aws: anyUser }
}

function dated(): Script {
  return always(backend(200))
}

function ago(seconds: number): () => number {
  return () => Date.now() - seconds * 1000
}

function created(seconds: number): Script {
  return {
    door: () => backend(201, { id: "1", createdAt: new Date(Date.now() + seconds * 1000).toISOString() }),
  }
}
