import { describe, expect, it } from "vitest"
import { headerOf, headerValues, textOf } from "./http-message.ts"
import { readAnswerV1, readAnswerV2 } from "./integration-answer.ts"

describe("payload 2.0", () => {
  it.each([
    ["text", "Hello from Lambda!", "Hello from Lambda!"],
    ["an object", { message: "Hello from Lambda!" }, '{"message":"Hello from Lambda!"}'],
    ["a list", [1, 2], "[1,2]"],
    ["a number", 42, "42"],
    ["nothing", null, "null"],
    ["an object with `body` and no `statusCode`", { body: "x" }, '{"body":"x"}'],
  ])("infers a 200 in JSON from %s", (_, payload, body) => {
    const response = readAnswerV2(payload)
    expect(response && [response.status, headerOf(response, "content-type"), textOf(response)]).toEqual([
      200,
      "application/json",
      body,
    ])
  })

  it("sends what a full answer says, cookies first", () => {
    const response = readAnswerV2({
      statusCode: 201,
      headers: { "X-Number": 1, "x-flag": true, "set-cookie": "h=1" },
      cookies: ["a=1; Path=/", "b=2"],
      body: "made",
    })
    expect(response?.status).toBe(201)
    expect(response && headerValues(response.headers, "set-cookie")).toEqual(["a=1; Path=/", "b=2", "h=1"])
    expect(response?.headers).toContainEqual(["X-Number", "1"])
    expect(response?.headers).toContainEqual(["content-type", "text/plain; charset=utf-8"])
  })

  it("keeps a content type in any case", () => {
    const response = readAnswerV2({ statusCode: 200, headers: { "Content-Type": "application/xml" } })
    expect(response && headerValues(response.headers, "content-type")).toEqual(["application/xml"])
  })

  it("decodes a base64 body", () => {
    const response = readAnswerV2({ statusCode: 200, body: "/wA=", isBase64Encoded: true })
    expect(response?.body).toEqual(Buffer.from([0xff, 0]))
  })

  it("leaves framing to the gateway", () => {
    const headers = { "Content-Length": "999", "transfer-encoding": "chunked", Connection: "close" }
    expect(readAnswerV2({ statusCode: 200, headers })?.headers).toEqual([
      ["content-type", "text/plain; charset=utf-8"],
    ])
  })

  it.each([
    ["a status of 0", { statusCode: 0 }],
    ["a status that is a fraction", { statusCode: 200.5 }],
    ["a status that is a word", { statusCode: "ok" }],
    ["a status that is null", { statusCode: null }],
    ["a status beyond HTTP", { statusCode: 600 }],
    ["a body that is an object", { statusCode: 200, body: {} }],
    ["headers that are a list", { statusCode: 200, headers: [] }],
    ["a header that is an object", { statusCode: 200, headers: { a: {} } }],
    ["a header that is null", { statusCode: 200, headers: { a: null } }],
    ["a header that breaks the line", { statusCode: 200, headers: { a: "b\r\nset-cookie: x" } }],
    ["a header name that is none", { statusCode: 200, headers: { "a b": "c" } }],
    ["cookies that are text", { statusCode: 200, cookies: "a=1" }],
    ["a cookie that is a number", { statusCode: 200, cookies: [1] }],
  ])("is malformed with %s", (_, payload) => {
    expect(readAnswerV2(payload)).toBeUndefined()
  })
})

describe("payload 1.0", () => {
  const read = (payload: unknown, accept?: string, binary: string[] = []) =>
    readAnswerV1(payload, accept, binary)

  // Measured on live REST APIs by the makers of another emulator.
  it.each([
    ["a status alone", { statusCode: 200 }, 200],
    ["a status as text", { statusCode: "201" }, 201],
    ["headers alone", { headers: { "test-header": "value" } }, 200],
    ["no headers", { statusCode: 200, headers: null }, 200],
    ["a header that is a boolean", { statusCode: 200, headers: { a: true } }, 200],
  ])("may be %s", (_, payload, status) => {
    expect(read(payload)?.status).toBe(status)
  })

  it.each([
    ["text", "justAString"],
    ["nothing", null],
    ["a field that AWS does not know", { statusCode: 200, wrongValue: "value" }],
    ["cookies, which are of payload 2.0", { statusCode: 200, cookies: ["a=1"] }],
    ["a status that is a word", { statusCode: "test" }],
    ["a status of 0", { statusCode: 0 }],
    ["multi-value headers that are text", { statusCode: 200, multiValueHeaders: { a: "b" } }],
    ["multi-value headers that break the line", { statusCode: 200, multiValueHeaders: { a: ["b\nc"] } }],
    ["a body that is an object", { statusCode: 200, body: {} }],
  ])("is malformed as %s", (_, payload) => {
    expect(read(payload)).toBeUndefined()
  })

  it("merges both kinds of headers under the multi-value spelling, its values first", () => {
    const response = read({
      statusCode: 200,
      headers: { "test-multi": "solo" },
      multiValueHeaders: { "tesT-Multi": ["one", "two"] },
    })
    expect(response?.headers.filter(([name]) => name === "tesT-Multi").map(([, value]) => value)).toEqual([
      "one",
      "two",
      "solo",
    ])
  })

  it("sends once what is in both kinds of headers alike, as adapters write it", () => {
    const response = read({
      statusCode: 200,
      headers: { "content-type": "text/plain" },
      multiValueHeaders: { "content-type": ["text/plain"] },
    })
    expect(response?.headers).toEqual([["content-type", "text/plain"]])
  })

  it.each([
    ["WWW-Authenticate", "x-amzn-Remapped-WWW-Authenticate"],
    ["date", "x-amzn-Remapped-date"],
    ["Server", "x-amzn-Remapped-Server"],
    ["content-length", "x-amzn-Remapped-content-length"],
  ])("sends %s as %s", (name, renamed) => {
    const response = read({ statusCode: 200, headers: { [name]: "x" } })
    expect(response?.headers).toEqual([
      [renamed, "x"],
      ["content-type", "application/json"],
    ])
  })

  it.each([
    ["the first accepted type is a binary one", "image/png,*/*", ["image/png"], "\u{fffd}\u0000"],
    ["everything is binary", "text/html", ["*/*"], "\u{fffd}\u0000"],
    ["only a later accepted type is a binary one", "*/*,image/png", ["image/png"], "/wA="],
    ["the client accepts nothing in particular", undefined, ["*/*"], "/wA="],
    ["the API has no binary types", "image/png", [], "/wA="],
  ])("with a base64 body, where %s", (_, accept, binary, text) => {
    const response = read({ statusCode: 200, body: "/wA=", isBase64Encoded: true }, accept, binary)
    expect(response && textOf(response)).toBe(text)
  })
})
