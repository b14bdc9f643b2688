import { type HttpRequest, headerValues } from "./http-message.ts"

/** A body as an event carries it; `text` is null where the request has none. */
export interface EventBody {
  readonly text: string | null
  readonly isBase64Encoded: boolean
}

const textTypes = new Set(["application/json", "application/xml", "application/javascript"])

/**
 * HTTP API: `text/*`, JSON, XML and JavaScript are text; everything else is base64, also a form and a body without
 * a content type. [L]
 */
export function bodyForHttpApi(request: HttpRequest): EventBody {
  const type = mediaTypeOf(headerValues(request.headers, "content-type")[0])
  return encode(request, !type.startsWith("text/") && !textTypes.has(type))
}

/** REST API: base64 where the content type is one of the API's binary media types, otherwise text, come what may. [L] */
export function bodyForRestApi(request: HttpRequest, binaryMediaTypes: readonly string[]): EventBody {
  const type = headerValues(request.headers, "content-type")[0]
  return encode(request, isBinaryMediaType(type, binaryMediaTypes))
}

/** True where a media type is listed: by itself, as `type/*`, or by `*\/*`; parameters such as `charset` do not count. */
export function isBinaryMediaType(value: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  const type = mediaTypeOf(value)
  if (type === "") return false
  const family = `${type.split("/")[0]}/*`
  return binaryMediaTypes
    .map((listed) => listed.toLowerCase())
    .some((listed) => listed === type || listed === "*/*" || listed === family)
}

function mediaTypeOf(value = ""): string {
  return (value.split(";")[0] ?? "").trim().toLowerCase()
}

function encode(request: HttpRequest, binary: boolean): EventBody {
  if (request.body.length === 0) return { text: null, isBase64Encoded: false }
  const bytes = Buffer.from(request.body)
  return { text: bytes.toString(binary ? "base64" : "utf8"), isBase64Encoded: binary }
}
