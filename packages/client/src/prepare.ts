/** A request, ready to be sent once or, where that changes nothing, a second time with another token. */
import { type Base, resolveTarget } from "./target.ts"

/** What `fetch` is to those who only use it. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

export interface Prepared {
  readonly signal: AbortSignal | undefined
  /** Whether sending it twice does what sending it once does, and its body can be sent twice. */
  readonly replayable: boolean
  /** What `fetch` is called with. Once, unless it is replayable. */
  withToken(token: string | undefined): readonly [input: string | Request, init: RequestInit]
}

/** Idempotent, RFC 9110 §9.2.2. PATCH and POST are not: who sent one decides whether to send it again. */
const idempotent: readonly string[] = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]

/**
 * Reads what `fetch` would be called with. Throws `malformed_input` for a foreign origin, and a TypeError, as `fetch`
 * does, for a request whose body was read.
 */
export function prepare(base: Base, input: string | URL | Request, init: RequestInit = {}): Prepared {
  const request = isRequest(input) ? input : undefined
  const url = resolveTarget(base, request?.url ?? String(input))
  const hasOwnBody = init.body !== undefined && init.body !== null
  if (request?.bodyUsed && !hasOwnBody) throw new TypeError("request: expected a body that was not read yet")
  const method = (init.method ?? request?.method ?? "GET").toUpperCase()
  const replayable = idempotent.includes(method) && (!hasOwnBody || isKept(init.body))
  return {
    signal: (init.signal === undefined ? request?.signal : init.signal) ?? undefined,
    replayable,
    withToken(token) {
      const headers = new Headers(init.headers ?? request?.headers)
      // Whatever the caller put there: a token that the API's own did not replace would be refused over and over.
      headers.delete("authorization")
      if (token !== undefined) headers.set("authorization", `Bearer ${token}`)
      return [request === undefined ? url : replayable ? request.clone() : request, { ...init, headers }]
    },
  }
}

/** By shape: a page may hold requests of another frame. */
function isRequest(input: string | URL | Request): input is Request {
  return typeof input === "object" && "url" in input
}

/** A stream is gone once it was sent; whatever else has no name here may be one. */
function isKept(body: unknown): boolean {
  return (
    typeof body === "string" ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  )
}
