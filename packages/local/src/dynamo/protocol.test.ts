import { once } from "node:events"
import { connect } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createTable, wire } from "./contract/wire.ts"
import { type DynamoServer, startDynamo } from "./server.ts"

let server: DynamoServer
const call = (operation: string, body: unknown, headers = {}) =>
  wire(server.endpoint, operation, body, headers)

beforeAll(async () => {
  server = await startDynamo()
  await createTable(server.endpoint, "protocol")
})
afterAll(() => server.close())

const nested = (levels: number): unknown =>
  levels === 0 ? { SS: ["leaf"] } : { M: { n: nested(levels - 1) } }
const item = (value: unknown) => ({ TableName: "protocol", Item: { pk: { S: "a" }, value } })

describe("malformed requests are answered as the service answers them", () => {
  it.each([
    ["no body", "ListTables", "", "SerializationException"],
    ["half a body", "ListTables", '{"Limit":', "SerializationException"],
    ["a list for a body", "ListTables", "[]", "SerializationException"],
    ["null for a body", "PutItem", "null", "SerializationException"],
    ["text for a number", "ListTables", { Limit: "ten" }, "SerializationException"],
    ["a list for a map", "PutItem", { TableName: "protocol", Item: [] }, "SerializationException"],
    [
      "a hundred thousand brackets",
      "PutItem",
      `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
      "SerializationException",
    ],
    [
      "a hundred thousand braces",
      "PutItem",
      `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`,
      "ValidationException",
    ],
    ["an operation that is none", "Frobnicate", {}, "UnknownOperationException"],
    ["an operation of Object's", "constructor", {}, "UnknownOperationException"],
    ["nothing that is required", "PutItem", {}, "ValidationException"],
    ["a value of no type", "PutItem", item({}), "ValidationException"],
    ["a value of two types", "PutItem", item({ S: "a", N: "1" }), "ValidationException"],
    ["a null for a value", "PutItem", item(null), "ValidationException"],
    ["a null inside a value", "PutItem", item({ L: [null] }), "ValidationException"],
    ["a value 33 levels deep", "PutItem", item(nested(32)), "ValidationException"],
    [
      "a table that is missing",
      "Query",
      { TableName: "nothing", KeyConditionExpression: "a = b" },
      "ValidationException",
    ],
  ])("%s", async (_title, operation, body, error) => {
    const answer = await call(operation, body)
    expect(answer).toMatchObject({ status: 400, error })
    expect(answer.text).not.toMatch(/\.[jt]s\b|node_modules|\n/)
  })

  it("a value 32 levels deep is stored", async () => {
    expect(await call("PutItem", item(nested(31)))).toMatchObject({ status: 200 })
  })

  it.each([
    ["no operation", { "x-amz-target": "" }, "UnknownOperationException"],
    [
      "another service's operation",
      { "x-amz-target": "DynamoDBStreams_20120810.ListStreams" },
      "UnknownOperationException",
    ],
    ["no credentials", { authorization: "" }, "MissingAuthenticationTokenException"],
    [
      "a bearer token for credentials",
      { authorization: "Bearer secret" },
      "MissingAuthenticationTokenException",
    ],
    [
      "half the credentials",
      { authorization: "AWS4-HMAC-SHA256 Credential=secret" },
      "IncompleteSignatureException",
    ],
  ])("%s", async (_title, headers, error) => {
    const answer = await call("ListTables", {}, headers)
    expect(answer).toMatchObject({ status: 400, error })
    expect(answer.text).not.toContain("secret")
  })

  it("another content type is not found", async () => {
    expect(await call("ListTables", {}, { "content-type": "text/html" })).toMatchObject({
      status: 404,
      text: "<UnknownOperationException/>\n",
    })
  })

  it("16 MB are read, a byte more is too much", async () => {
    const body = (bytes: number) => `{"x":"${"x".repeat(bytes - 8)}"}`
    expect(await call("ListTables", body(16 * 1024 * 1024))).toMatchObject({ status: 200 })
    expect(await call("ListTables", body(16 * 1024 * 1024 + 1))).toMatchObject({ status: 413, text: "" })
  })
})

it("a client that goes away in the middle of a request harms nobody", async () => {
  const socket = connect(server.port, "127.0.0.1")
  await once(socket, "connect")
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
  socket.destroy()
  await once(socket, "close")
  expect(await call("ListTables", {})).toMatchObject({ status: 200, body: { TableNames: ["protocol"] } })
})

it("an answer carries a request id and its checksum, and the content type that was asked with", async () => {
  const response = await fetch(server.endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0; charset=utf-8",
      "x-amz-target": "DynamoDB_20120810.ListTables",
      authorization: "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, Signature=c",
    },
    body: "{}",
  })
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "application/x-amz-json-1.0",
    "x-amz-crc32": "3252661201",
    "x-amzn-requestid": expect.stringMatching(/^[0-9A-Z]{52}$/),
  })
})

it("a health check is answered without credentials", async () => {
  const response = await fetch(server.endpoint)
  expect([response.status, await response.text()]).toEqual([200, "healthy: dynamodb.local.amazonaws.com "])
})
