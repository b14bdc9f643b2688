import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { installClock } from "../clock.ts"
import { type RunningFunction, startFunction } from "./running-function.ts"

const root = fileURLToPath(new URL("../../../../", import.meta.url))

/** Asks by the AWS SDK and by `fetch`, as often as the event says; sockets are few, so that requests queue. */
const code = `
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb"
import { request } from "node:http"

const requestHandler = { httpAgent: { maxSockets: 3 } }
const client = new DynamoDBClient({ endpoint: process.env.DYNAMO, requestHandler, maxAttempts: 2 })
const Key = { pk: { S: "1" } }
const bySdk = (TableName) => client.send(new GetItemCommand({ TableName, Key })).catch((fault) => fault.name)
const byFetch = (target) => fetch(process.env.DYNAMO, { method: "POST", headers: { "X-Amz-Target": target }, body: "{}" })
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

let shared
export const handler = async ({ sdk = 0, fetched = 0, other = 0, fail, slow = 0, later = 0, join, table = "T" }) => {
  const asked = Array.from({ length: sdk }, () => bySdk(table))
  for (let n = 0; n < fetched; n++) asked.push(byFetch("DynamoDB_20120810.Query"))
  for (let n = 0; n < other; n++) asked.push(byFetch("AWSCognitoIdentityProviderService.GetUser"))
  if (join) asked.push(shared ??= pause(20).then(() => bySdk(table)))
  await Promise.all(asked)
  if (later > 0) setTimeout(() => { for (let n = 0; n < later; n++) void byFetch("DynamoDB_20120810.Query") }, 20)
  if (slow > 0) await pause(slow)
  if (fail) throw new Error("failed")
  return { sdk, fetched }
}`

describe("what an invocation asked DynamoDB for", () => {
  let server: Server
  let folder: string
  let lambda: RunningFunction
  const later: string[] = []
  const clock = installClock()

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume()
      const wanted = request.headers["x-amz-target"] ?? ""
      const delay = Math.random() * 10
      setTimeout(() => {
        response.writeHead(wanted.length > 0 ? 200 : 400, { "content-type": "application/x-amz-json-1.0" })
        response.end("{}")
      }, delay)
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    // A server that listens on TCP has an address with a port.
    const { port } = server.address() as AddressInfo
    folder = await mkdtemp(join(root, "packages/local/.requests-"))
    const file = join(folder, "handler.ts")
    await writeFile(file, code)
    const environment = {
      DYNAMO: `http://127.0.0.1:${port}`,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    }
    lambda = await startFunction(
      { name: "f", entry: file.slice(root.length), environment, timeout: 2000 },
      { clock, log: () => undefined, askedLater: (operation) => later.push(operation) },
    )
  })
  afterAll(async () => {
    await lambda.close()
    clock.uninstall()
    server.close()
    server.closeAllConnections()
    await rm(folder, { recursive: true, force: true })
  })

  const ask = async (event: object) => {
    const { dynamoRequests, ...outcome } = await lambda.invoke(event)
    return { asked: [...(dynamoRequests ?? [])].sort(), outcome }
  }
  const operations = (gets: number, queries: number) => [
    ...Array(gets).fill("GetItem"),
    ...Array(queries).fill("Query"),
  ]

  it("is nothing where it asked for nothing", async () => {
    expect((await ask({})).asked).toEqual([])
  })

  it("is each request, by the SDK and by fetch, and none to another service", async () => {
    expect((await ask({ sdk: 2, fetched: 3, other: 4 })).asked).toEqual(operations(2, 3))
  })

  it("is told of an invocation that failed, too", async () => {
    const { asked, outcome } = await ask({ sdk: 1, fail: true })
    expect([asked, outcome]).toEqual([["GetItem"], { ok: false, errorType: "Error", errorMessage: "failed" }])
  })

  it("is its own alone, with 50 invocations at the same time on three sockets", async () => {
    const events = Array.from({ length: 50 }, (_, n) => ({ sdk: n % 7, fetched: (n * 3) % 5 }))
    const answers = await Promise.all(events.map(ask))
    expect(answers.map(({ asked }) => asked)).toEqual(
      events.map(({ sdk, fetched }) => operations(sdk, fetched)),
    )
  })

  it("is counted once where several wait for the same request", async () => {
    const answers = await Promise.all([ask({ join: true }), ask({ join: true }), ask({ join: true })])
    expect(answers.map(({ asked }) => asked.length)).toEqual([1, 0, 0])
  })

  it("is told as asked later, where it asked behind its answer", async () => {
    expect((await ask({ later: 2 })).asked).toEqual([])
    await vi.waitFor(() => expect(later).toEqual(["Query", "Query"]))
  })
})
