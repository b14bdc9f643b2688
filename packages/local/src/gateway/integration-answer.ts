/**
 * What a Lambda integration answered, read as API Gateway reads it; undefined where it is malformed.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
import { validateHeaderName, validateHeaderValue } from "node:http"
import { createResponse, type Header, type HttpResponse } from "./http-message.ts"
import { isJsonObject } from "./json-object.ts"
import { isBinaryMediaType } from "./request-body.ts"

/**
 * Payload 2.0. An object with `statusCode` says it all; anything else is the body of a 200 in JSON, text as it
 * stands. [D] [L] `cookies` become `set-cookie`, before one that `headers` set. [L]
 */
export function readAnswerV2(payload: unknown): HttpResponse | undefined {
  if (!isJsonObject(payload) || !("statusCode" in payload)) {
    const body = typeof payload === "string" ? payload : JSON.stringify(payload ?? null)
    return createResponse(200, [["content-type", "application/json"]], body)
  }
  const status = readStatus(payload.statusCode)
  const body = readBody(payload.body, payload.isBase64Encoded === true)
  const headers = readHeaders(payload.headers)
  const cookies = readCookies(payload.cookies)
  if (status === undefined || body === undefined || headers === undefined || cookies === undefined)
    return undefined
  const sent = [...cookies, ...headers].filter(([name]) => !ownOfConnection.has(name.toLowerCase()))
  return createResponse(status, withContentType(sent, "text/plain; charset=utf-8"), body)
}

const knownFields = new Set(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"])

/**
 * Payload 1.0 of REST API. Every field may be left out, none may be added. [L] A base64 body is decoded only where
 * the first media type that the client accepts is one of the API's binary ones. [D]
 */
export function readAnswerV1(
  payload: unknown,
  accept: string | undefined,
  binaryMediaTypes: readonly string[],
): HttpResponse | undefined {
  if (!isJsonObject(payload) || Object.keys(payload).some((field) => !knownFields.has(field)))
    return undefined
  const binary =
    payload.isBase64Encoded === true && isBinaryMediaType(accept?.split(",")[0], binaryMediaTypes)
  const status = readStatus(payload.statusCode ?? 200)
  const body = readBody(payload.body, binary)
  const single = readHeaders(payload.headers)
  const multiple = readMultiValueHeaders(payload.multiValueHeaders)
  if (status === undefined || body === undefined || single === undefined || multiple === undefined)
    return undefined
  const sent = mergeHeaders(multiple, single).flatMap(remap)
  return createResponse(status, withContentType(sent, "application/json"), body)
}

/** A whole number, also as text [L]; 0 and fractions are malformed [L]. */
function readStatus(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value
  return Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599
    ? Number(status)
    : undefined
}

function readBody(value: unknown, isBase64Encoded: boolean): Uint8Array | undefined {
  if (value === undefined || value === null) return new Uint8Array()
  return typeof value === "string" ? Buffer.from(value, isBase64Encoded ? "base64" : "utf8") : undefined
}

function readHeaders(value: unknown): Header[] | undefined {
  if (value === undefined || value === null) return []
  if (!isJsonObject(value)) return undefined
  return allValid(Object.entries(value))
}

function readMultiValueHeaders(value: unknown): Header[] | undefined {
  if (value === undefined || value === null) return []
  if (!isJsonObject(value) || !Object.values(value).every(Array.isArray)) return undefined
  return allValid(
    Object.entries(value).flatMap(([name, values]) =>
      // `every(Array.isArray)` above does not narrow the values' type.
      (values as unknown[]).map((one) => [name, one] as const),
    ),
  )
}

function readCookies(value: unknown): Header[] | undefined {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || !value.every((cookie) => typeof cookie === "string")) return undefined
  return allValid(value.map((cookie) => ["set-cookie", cookie] as const))
}

const headerTypes = new Set(["string", "number", "boolean"])

/** Undefined as soon as one header could not be sent: a line break in a value is never passed on. */
function allValid(entries: readonly (readonly [name: string, value: unknown])[]): Header[] | undefined {
  try {
    return entries.map(([name, value]) => {
      if (!headerTypes.has(typeof value)) throw new TypeError("header value")
      const text = String(value)
      validateHeaderName(name)
      validateHeaderValue(name, text)
      return [name, text] as const
    })
  } catch {
    return undefined
  }
}

/**
 * Where both maps have a header, the values of both are sent, under the name as the multi-value one spells it [L];
 * the same value in both is sent once [D].
 */
function mergeHeaders(multiple: readonly Header[], single: readonly Header[]): Header[] {
  const spelling = new Map(multiple.map(([name]) => [name.toLowerCase(), name]))
  const added = single
    .map(([name, value]): Header => [spelling.get(name.toLowerCase()) ?? name, value])
    .filter(([name, value]) => !multiple.some(([other, same]) => other === name && same === value))
  return [...multiple, ...added]
}

const ownOfConnection = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
])
const remapped = new Set(["connection", "content-length", "date", "server", "www-authenticate"])

/**
 * REST API sends some headers under another name. [D] That `www-authenticate` is one of them with a proxy
 * integration too is [U], and the reading that hurts: clients of a REST API must not rely on it.
 */
function remap([name, value]: Header): Header[] {
  if (remapped.has(name.toLowerCase())) return [[`x-amzn-Remapped-${name}`, value]]
  return name.toLowerCase() === "transfer-encoding" ? [] : [[name, value]]
}

function withContentType(headers: readonly Header[], fallback: string): Header[] {
  const there = headers.some(([name]) => name.toLowerCase() === "content-type")
  return there ? [...headers] : [...headers, ["content-type", fallback]]
}
