import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { json } from "node:stream/consumers"
import { changeKey } from "@claimgate/store/keys"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { type DynamoServer, startDynamo } from "../../../local/src/dynamo/server.ts"
import { hour, start, tokenOf } from "../../test/feed.ts"
import { fillTable, itemOf } from "../../test/feed-table.ts"
import type { Change } from "./change.ts"
import { createFeed } from "./feed.ts"
import { createQuery, type Query } from "./query.ts"

const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "s3cr3t-key", sessionToken: "s3ss10n" }
const now = () => start

function queryAt(endpoint: string, table = "feed"): Query {
  return createQuery({ endpoint, region: "eu-west-1", table, credentials }, now)
}

const never = () => new AbortController().signal

function change(number: number, fields: Partial<Change> = {}): Change {
  const expiresAt = (start + 24 * hour) / 1000
  return {
    number,
    kind: "member",
    name: `subject-${number}`,
    version: 1,
    at: start - hour,
    expiresAt,
    ...fields,
  }
}

describe("over a table", () => {
  let dynamo: DynamoServer
  // A page ends at 1 MB.
  const subjects = Array.from({ length: 2500 }, (_, at) =>
    change(at + 1, { name: `${"long-".repeat(100)}${at + 1}` }),
  )
  beforeAll(async () => {
    dynamo = await startDynamo()
    const expired = change(2501, { name: "gone", expiresAt: start / 1000 })
    await fillTable(dynamo.endpoint, "feed", [...subjects, expired, change(2502, { name: "last" })])
    await fillTable(dynamo.endpoint, "empty", [])
  })
  afterAll(() => dynamo.close())
  afterEach(() => dynamo.resetStats())

  it("reads more than a megabyte of changes in order, over several pages", async () => {
    const query = queryAt(dynamo.endpoint)
    const numbers: number[] = []
    let pages = 0
    for (let after: number | undefined = 0; after !== undefined; pages++) {
      const page = await query(after, never())
      numbers.push(...page.changes.map(({ number }) => number))
      after = page.next
    }
    expect(pages).toBeGreaterThan(1)
    expect(numbers).toEqual(Array.from({ length: 2502 }, (_, at) => at + 1))
  })

  it("reads what comes after a number, whole", async () => {
    const page = await queryAt(dynamo.endpoint)(2500, never())
    expect(page).toEqual({
      changes: [change(2501, { name: "gone", expiresAt: start / 1000 }), change(2502, { name: "last" })],
      next: undefined,
    })
  })

  it("reads an empty feed", async () => {
    expect(await queryAt(dynamo.endpoint, "empty")(0, never())).toEqual({ changes: [], next: undefined })
  })

  it("fills a feed: with all pages, and with nothing that has expired", async () => {
    const bounds = { maxAge: 5000, maxOutage: 60_000 }
    const feed = createFeed({
      query: queryAt(dynamo.endpoint),
      now,
      ticks: now,
      ...bounds,
      log: () => undefined,
    })
    const doubtOf = (subject: string, epoch = "0.0") => feed.check(tokenOf({ subject, epoch }))
    expect(await doubtOf(subjects[0]?.name ?? "")).toBe("stale_epoch")
    expect(doubtOf(subjects[2499]?.name ?? "")).toBe("stale_epoch")
    expect(doubtOf("last")).toBe("stale_epoch")
    expect(doubtOf("last", "0.1")).toBeUndefined()
    expect(doubtOf("gone")).toBeUndefined()
    expect(doubtOf("nobody")).toBeUndefined()
  })

  describe("that fails", () => {
    const last = () => queryAt(dynamo.endpoint)(2501, never())

    it.each([
      ["an internal error", { kind: "internal" }],
      ["a connection that breaks", { kind: "reset", when: "before" }],
      ["an answer that is lost", { kind: "reset", when: "after" }],
      ["a request that hangs", { kind: "delay", milliseconds: 1500 }],
    ] as const)("asks again after %s", async (_, fault) => {
      dynamo.injectFault(fault)
      expect((await last()).changes).toHaveLength(1)
      expect(dynamo.stats()).toEqual({ Query: 2 })
    })

    it.each([
      ["an internal error", { kind: "internal" }, 2, "status 200, got `500 InternalServerError`"],
      ["a broken connection", { kind: "reset", when: "before" }, 2, "expected an answer, got `"],
      ["throttling", { kind: "throttle" }, 1, "got `400 ProvisionedThroughputExceededException`"],
      ["a missing right", { kind: "denied" }, 1, "got `400 AccessDeniedException`"],
    ] as const)("gives up after %s", async (_, fault, requests, message) => {
      const recover = dynamo.injectFault({ ...fault, times: Number.POSITIVE_INFINITY })
      await expect(last()).rejects.toMatchObject({
        code: "dependency_failed",
        message: expect.stringContaining(message),
      })
      recover()
      expect(dynamo.stats()).toEqual({ Query: requests })
    })

    it("gives up at once when it is told to", async () => {
      await expect(queryAt(dynamo.endpoint)(0, AbortSignal.abort())).rejects.toMatchObject({
        code: "dependency_failed",
      })
      expect(dynamo.stats()).toEqual({})
    })

    it("gives up where there is no such table, or nobody at all", async () => {
      await expect(queryAt(dynamo.endpoint, "other")(0, never())).rejects.toThrow(
        "got `400 ResourceNotFoundException`",
      )
      const other = await startDynamo()
      await other.close()
      await expect(queryAt(other.endpoint)(0, never())).rejects.toThrow("got `ECONNREFUSED`")
    })
  })
})

describe("an answer", () => {
  let body = ""
  let status = 200
  let seen: { readonly headers: IncomingMessage["headers"]; readonly body: unknown } | undefined
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    seen = { headers: request.headers, body: await json(request) }
    if (request.url === "/") response.writeHead(status, { location: "/elsewhere" }).end(body)
    else response.end('{"Items":[]}')
  })
  let query: Query
  beforeAll(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening")
    // A server that listens on TCP has an address with a port.
    query = queryAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const answering = (text: string, code = 200) => {
    body = text
    status = code
    return query(7, never())
  }
  const answeringItem = (item: unknown) => answering(JSON.stringify({ Items: [item], Count: 1 }))

  it("is asked for consistently, after the number, and signed", async () => {
    await answering(`{"Items":[]}`)
    expect(seen?.body).toEqual({
      TableName: "feed",
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk AND sk > :sk",
      ExpressionAttributeValues: { ":pk": { S: "FEED#CHANGES" }, ":sk": { S: "0000000000000007" } },
    })
    expect(seen?.headers).toMatchObject({
      "x-amz-target": "DynamoDB_20120810.Query",
      "x-amz-date": "20300101T000000Z",
      "x-amz-security-token": "s3ss10n",
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/20300101\/eu-west-1\/dynamodb\/aws4_request, /,
      ),
    })
  })

  it("names the place where the next page begins, be it empty or not", async () => {
    const page = { Items: [], LastEvaluatedKey: attributes({ ...changeKey(12) }) }
    expect(await answering(JSON.stringify(page))).toEqual({ changes: [], next: 12 })
  })

  it.each([
    ["no JSON", "<html>s3ss10n</html>"],
    ["cut off", '{"Items":[{"pk":'],
    ["empty", ""],
    ["null", "null"],
    ["a list", "[]"],
    ["an object without items", '{"Count":0}'],
    ["an error with status 200", '{"__type":"InternalServerError"}'],
    ["a page that goes on nowhere", '{"Items":[],"LastEvaluatedKey":{}}'],
    [
      "a page that goes on at no number",
      '{"Items":[],"LastEvaluatedKey":{"pk":{"S":"FEED#CHANGES"},"sk":{"S":"x"}}}',
    ],
    [
      "a page that goes on in another feed",
      '{"Items":[],"LastEvaluatedKey":{"pk":{"S":"OTHER"},"sk":{"S":"0000000000000012"}}}',
    ],
  ])("that is %s is refused", async (_, text) => {
    const fault: unknown = await answering(text).catch((thrown) => thrown)
    expect(fault).toMatchObject({ code: expect.stringMatching(/dependency_failed|malformed_record/) })
    expect(String(fault)).not.toContain("s3ss10n")
  })

  const good = itemOf(change(8))
  const refused: readonly (readonly [string, unknown])[] = [
    ["null", null],
    ["text", "change"],
    ["empty", {}],
    ["of another entity", { ...good, entity: { S: "audit" } }],
    ["of another schema", { ...good, schema: { S: "2" } }],
    ["under another key", { ...good, sk: { S: "0000000000000009" } }],
    ["of another feed", { ...good, pk: { S: "FEED#HEAD" } }],
    ["of an unknown kind", { ...good, kind: { S: "release" } }],
    ["of a member without a name", { ...good, name: { S: "" } }],
    ["of a generation with a name", { ...good, kind: { S: "generation" } }],
    ["with a name that is no text", { ...good, name: { N: "1" } }],
    ["with a null for a name", { ...good, name: null }],
    ...["number", "version", "at", "expiresAt"].flatMap((field) =>
      [
        undefined,
        { N: "0" },
        { N: "-1" },
        { N: "1.5" },
        { N: "1e3" },
        { N: "9007199254740993" },
        { S: "8" },
      ].map((value): readonly [string, unknown] => [
        `with ${JSON.stringify(value)} as ${field}`,
        { ...good, [field]: value },
      ]),
    ),
  ]
  it.each(refused)("with a change %s is refused whole", async (_, item) => {
    await expect(answering(JSON.stringify({ Items: [good, item] }))).rejects.toMatchObject({
      code: "malformed_record",
    })
  })

  it("with a change of each kind is read", async () => {
    for (const one of [change(8), change(8, { kind: "role" }), change(8, { kind: "generation", name: "" })])
      expect((await answeringItem(itemOf(one))).changes).toEqual([one])
  })

  it("is not followed to another place", async () => {
    await expect(answering("", 307)).rejects.toMatchObject({ code: "dependency_failed" })
  })

  it("that quotes credentials leaves none of them in the error", async () => {
    const message = `should have been POST / x-amz-security-token:s3ss10n AKIAEXAMPLE s3cr3t-key`
    const text = JSON.stringify({ __type: "com.amazon.coral.service#InvalidSignatureException", message })
    const fault: unknown = await answering(text, 400).catch((thrown) => thrown)
    expect(String(fault)).toContain("got `400 InvalidSignatureException`")
    expect(JSON.stringify([String(fault), fault, fault instanceof Error && fault.cause])).not.toMatch(
      /s3ss10n|AKIA|s3cr3t/,
    )
  })

  it("to credentials that fit into no header is never asked for, and they are not told", async () => {
    const secret = { ...credentials, sessionToken: "s3ss10n\nx" }
    const fault: unknown = await createQuery(
      { endpoint: "http://127.0.0.1:9", region: "eu-west-1", table: "feed", credentials: secret },
      now,
    )(0, never()).catch((thrown) => thrown)
    expect(fault).toMatchObject({ code: "dependency_failed" })
    expect(JSON.stringify([String(fault), fault])).not.toContain("s3ss10n")
  })
})

function attributes(item: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, { S: value }]))
}
