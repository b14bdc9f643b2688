/** What a gateway says about a request, whatever its event looks like. */
import { type Method, methods } from "@claimgate/core"

export interface GatewayRequest {
  readonly method: Method
  /** In the one canonical, percent-encoded spelling, where the path has one; starts with `/`. */
  readonly path: string
  /** Encoded, without `?`. */
  readonly query: string
  /** Names as sent; one that was sent twice is here twice. */
  readonly headers: readonly Header[]
  readonly body: Uint8Array | undefined
  /** The gateway's id of the request, empty where it gave none. */
  readonly requestId: string
  /** What the gateway's authorizer left, unchecked; undefined where none stood before the route. */
  readonly authorizer: unknown
}

export type Header = readonly [name: string, value: string]

/** A request, or in one line what is wrong with its event; the id is there in either case. */
export type ReadEvent =
  | { readonly ok: true; readonly request: GatewayRequest }
  | { readonly ok: false; readonly detail: string; readonly requestId: string }

/** An event's parts as they were found, for `assemble`. */
export interface EventParts {
  readonly method: unknown
  readonly path: string | undefined
  readonly query: string | undefined
  readonly headers: readonly (readonly [name: string, value: unknown])[]
  readonly body: unknown
  readonly isBase64Encoded: unknown
  readonly requestId: unknown
  readonly authorizer: unknown
}

/** Checks what every event has: nothing passes that a `Request` could not be built from. */
export function assemble({ method, path, query, headers, authorizer, ...parts }: EventParts): ReadEvent {
  const requestId = typeof parts.requestId === "string" ? parts.requestId : ""
  const wrong = (detail: string): ReadEvent => ({ ok: false, detail, requestId })
  if (!isMethod(method)) return wrong(`method: expected one of ${methods.join(" ")}`)
  if (!path?.startsWith("/")) return wrong("event: path: expected it to start with `/`, below the stage")
  if (query === undefined) return wrong("event: query: expected names and text")
  if (!headers.every(isHeader)) return wrong("headers: expected names and text")
  const body = readBody(parts.body, parts.isBase64Encoded === true)
  if (!body.ok) return wrong(`event: body: expected ${body.expected}`)
  if (body.bytes !== undefined && (method === "GET" || method === "HEAD"))
    return wrong(`body: expected none with ${method}`)
  return {
    ok: true,
    request: { method, path, query, headers, body: body.bytes, requestId, authorizer },
  }
}

function isMethod(method: unknown): method is Method {
  return (methods as readonly unknown[]).includes(method)
}

/** RFC 9110 §5.1 and §5.5. */
function isHeader(header: readonly [name: string, value: unknown]): header is Header {
  const [name, value] = header
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof value === "string" && !/[\0\r\n]/.test(value)
}

type ReadBody =
  | { readonly ok: true; readonly bytes: Uint8Array | undefined }
  | { readonly ok: false; readonly expected: "text" | "base64" }

function readBody(body: unknown, isBase64Encoded: boolean): ReadBody {
  if (body === undefined || body === null || body === "") return { ok: true, bytes: undefined }
  if (typeof body !== "string") return { ok: false, expected: "text" }
  if (!isBase64Encoded) return { ok: true, bytes: Buffer.from(body) }
  return isBase64(body) ? { ok: true, bytes: Buffer.from(body, "base64") } : { ok: false, expected: "base64" }
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}
