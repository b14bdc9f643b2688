import { describe, expect, it } from "vitest"
import { createRequest } from "./http-message.ts"
import { bodyForHttpApi, bodyForRestApi } from "./request-body.ts"

const sent = (type: string | undefined, body: string | Uint8Array = "a=1") =>
  createRequest("POST", "/", { ...(type === undefined ? {} : { headers: { "Content-Type": type } }), body })

describe("a body on an HTTP API", () => {
  it.each([
    "text/plain",
    "text/html; charset=utf-8",
    "application/json",
    "APPLICATION/JSON;x=1",
    "application/xml",
    "application/javascript",
  ])("is text as %s", (type) => {
    expect(bodyForHttpApi(sent(type))).toEqual({ text: "a=1", isBase64Encoded: false })
  })

  it.each([
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/problem+json",
    "image/png",
    undefined,
  ])("is base64 as %s", (type) => {
    expect(bodyForHttpApi(sent(type))).toEqual({ text: "YT0x", isBase64Encoded: true })
  })

  it("is not there where it is empty, whatever the type", () => {
    expect(bodyForHttpApi(sent("image/png", ""))).toEqual({ text: null, isBase64Encoded: false })
  })
})

describe("a body on a REST API", () => {
  it.each([
    ["image/png", ["image/png"], true],
    ["image/png; x=1", ["IMAGE/*"], true],
    ["image/png", ["*/*"], true],
    ["image/png", [], false],
    ["image/png", ["image/gif", "text/*"], false],
    ["*/*", ["image/png"], false],
    [undefined, ["*/*"], false],
  ])("as %s with the binary media types %j: base64 %s", (type, binaryMediaTypes, isBase64Encoded) => {
    expect(bodyForRestApi(sent(type), binaryMediaTypes)).toEqual({
      text: isBase64Encoded ? "YT0x" : "a=1",
      isBase64Encoded,
    })
  })

  it("is broken text where it is binary and the API does not say so", () => {
    expect(bodyForRestApi(sent("image/png", new Uint8Array([0xff, 0x41])), []).text).toBe("\u{fffd}A")
  })
})
