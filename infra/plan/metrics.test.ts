/** Alarms and dashboard against the lines that the functions write, each as SST bundles it: every name is one of theirs. */
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CreateTableCommand, PutItemCommand } from "@aws-sdk/client-dynamodb"
import { createDynamoClient, createDynamoStore, createTableInput, newAttribution } from "@claimgate/store"
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest"
import { clientId, createIssuer, issuer } from "../../packages/authorizer/test/issuer.ts"
import { type DoorName, doors, eventThrough } from "../../packages/backend/test/doors.ts"
import { tokens } from "../../packages/backend/test/event.ts"
import { embeddedMetrics } from "../../packages/core/test/embedded-metrics.ts"
import { type DynamoServer, startDynamo } from "../../packages/local/src/dynamo/server.ts"
import { memberKey, schemaVersion } from "../../packages/store/src/keys.ts"
import { type AlarmMetric, alarmMetrics, dashboardMetrics } from "./alarm-metrics.ts"
import { serviceOf } from "./checks/alarms.ts"
import { deploy, linesOf } from "./deployed.ts"
import { signIn, toHttpAuthorizer, toRestAuthorizer } from "./events.ts"
import { resource } from "./plan.ts"
import type { VariantName } from "./variants.ts"

const plans = inject("plans")
const { repository } = inject("bundle")
const folder = mkdtempSync(join(tmpdir(), "claimgate-metrics-"))
const signer = createIssuer(Date.now)
const known = "6f1c2c3e-0001-4000-8000-00000000aaaa"
const unreadable = "6f1c2c3e-0002-4000-8000-00000000bbbb"
let dynamo: DynamoServer
let keys: Server

beforeAll(async () => {
  keys = createServer((_, response) => void response.end(signer.jwks))
  await once(keys.listen(0, "127.0.0.1"), "listening")
  dynamo = await startDynamo()
  const { inputs } = resource(plans.default, "aws:dynamodb/table:Table", "PermissionsTableTable")
  const TableName = String(inputs.name)
  const client = createDynamoClient({ endpoint: dynamo.endpoint, region: "eu-west-1", credentials })
  await client.send(new CreateTableCommand(createTableInput(TableName)))
  const member = { subject: known, roles: [], permissions: ["GET:/api/users"], disabled: false }
  await createDynamoStore({ client, table: TableName }).putMember(
    member,
    0,
    newAttribution("test", "admin-api"),
  )
  const { pk, sk } = memberKey(unreadable)
  const texts = { pk, sk, entity: "member", schema: schemaVersion, roles: "none" }
  const Item = Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]))
  await client.send(new PutItemCommand({ TableName, Item }))
  client.destroy()
})
afterAll(async () => {
  keys.closeAllConnections()
  keys.close()
  await dynamo.close()
  rmSync(folder, { recursive: true, force: true })
})

const credentials = { accessKeyId: "test", secretAccessKey: "test" }
const nowhere = "http://127.0.0.1:9"

const aws = (endpoint: string) => ({
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_SESSION_TOKEN: "test",
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
})

/** What to call a function with so that it counts all that it can: while everything is well, and while nothing is. */
interface Calls {
  readonly links?: object
  readonly well: readonly unknown[]
  readonly ill: readonly unknown[]
}

const calls: readonly (readonly [name: string, variant: VariantName, calls: () => Calls])[] = [
  ["PreToken", "default", toTrigger],
  ["HybridAuthorizer", "default", () => toAuthorizer(throughHttp)],
  ["ClaimsAuthorizer", "all but REST", () => toAuthorizer(throughHttp)],
  ["CachedAuthorizer", "cached", () => toAuthorizer(throughRest)],
  ["ClaimsRestAuthorizer", "claims-rest", () => toAuthorizer(throughRest)],
  ["HybridBackend", "default", () => toBackend("hybrid")],
  ["ClaimsBackend", "all but REST", () => toBackend("claims")],
  ["JwtBackend", "all but REST", () => toBackend("backend")],
  ["CachedBackend", "cached", () => toBackend("cached")],
  ["ClaimsRestBackend", "claims-rest", () => toBackend("claims-rest")],
  ["CognitoBackend", "backend-rest", () => toBackend("backend-rest")],
]

function toTrigger(): Calls {
  const { request } = signIn
  const event = { ...signIn, request: { ...request, userAttributes: { sub: unreadable } } }
  return { well: [signIn, event], ill: [signIn] }
}

function toAuthorizer(through: (token: string) => object): Calls {
  // A server that listens on TCP has an address with a port.
  const jwksUri = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`
  const Tokens = { issuer, clientIds: [clientId], tokenUse: "access", jwksUri }
  const current = through(signer.token({ sub: known, "custom:epoch": "0.1.0" }))
  return { links: { Tokens }, well: [current, through("e30.e30.c2ln")], ill: [current] }
}

function throughHttp(token: string): object {
  return { ...toHttpAuthorizer, headers: { authorization: `Bearer ${token}` } }
}

function throughRest(token: string): object {
  return { ...toRestAuthorizer, multiValueHeaders: { Authorization: [`Bearer ${token}`] } }
}

function toBackend(door: DoorName): Calls {
  const iat = Math.floor(Date.now() / 1000)
  const ask = (route: string, request = route) =>
    eventThrough(
      door,
      { request },
      { iat, exp: iat + 600, claim: "GET:/api/users,DELETE:/api/users/{id}", route },
    )
  return {
    ...("tokens" in doors[door] ? { links: { Tokens: tokens } } : {}),
    well: [ask("GET /health"), ask("GET /api/me", "GET /api/users/7/devices")],
    // The store decides the one; the other is let through, and has its data there.
    ill: [ask("DELETE /api/users/{id}", "DELETE /api/users/7"), ask("GET /api/users")],
  }
}

const key = ({ namespace, metricName, dimensions }: Omit<AlarmMetric, "owner">) =>
  `${namespace} ${metricName} ${Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join()}`

describe.each(calls)("%s", (name, variant, callsOf) => {
  const written = new Set<string>()
  beforeAll(async () => {
    const plan = plans[variant]
    const own = plan.functions.find((each) => each.name === name)
    if (own === undefined) throw new Error(`plan \`${variant}\`: expected function \`${name}\``)
    const { links = {}, well, ill } = callsOf()
    const function_ = { ...own, links: { ...own.links, ...links } as typeof own.links }
    const deployed = await deploy(plan, function_, folder, repository)
    const lost = { ...function_, links: { ...function_.links, ...outOfReach(links) } as typeof own.links }
    const alone = await deploy(plan, lost, join(folder, "ill"), repository)
    const lines = [
      ...(await linesOf(deployed, well, aws(dynamo.endpoint))),
      ...(await linesOf(deployed, ill, aws(nowhere))),
      ...(await linesOf(alone, ill, aws(nowhere))),
    ]
    for (const line of lines)
      for (const { namespace, name: metricName, dimensions } of metricsIn(line))
        written.add(key({ namespace, metricName, dimensions }))
  }, 120_000)

  const watched = () => {
    const service = serviceOf(name)
    const all = [...alarmMetrics(plans[variant]), ...dashboardMetrics(plans[variant])]
    return all.filter(({ dimensions }) => dimensions.service === service)
  }

  test("writes every metric that its alarms watch", () => {
    const alarmed = watched().filter(({ owner }) => owner !== "Dashboard")
    expect(alarmed.length).toBeGreaterThan(0)
    expect(alarmed.map(key).filter((each) => !written.has(each))).toEqual([])
  })

  test("writes every metric that the dashboard shows", () => {
    const shown = watched().filter(({ owner }) => owner === "Dashboard")
    expect(shown.length).toBeGreaterThan(0)
    const names = new Set([...written].map(withoutReason))
    expect(shown.map(key).filter((each) => !names.has(each))).toEqual([])
  })
})

function withoutReason(metric: string): string {
  return metric.replace(/(because|code)=\w+,/, "")
}

function outOfReach(links: object): object {
  return "Tokens" in links ? { Tokens: { ...(links.Tokens as object), jwksUri: nowhere } } : {}
}

/** Of lines that nobody counts: none. */
function metricsIn(line: string) {
  return line.includes('"_aws"') ? embeddedMetrics(line) : []
}
