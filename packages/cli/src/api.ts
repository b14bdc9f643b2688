/** The admin API as the command line calls it: JSON or JSON Lines in, JSON out, a problem becomes a `ClaimgateError`. */
import { setTimeout as wait } from "node:timers/promises"
import { ClaimgateError, type ErrorCode, quote } from "@claimgate/core"

export interface AdminApi {
  /**
   * Calls a route; `body` is sent as JSON. What does no harm twice is tried again where there is no answer. Throws the
   * problem's own code, or `dependency_failed`.
   */
  call(method: string, path: string, options?: CallOptions): Promise<unknown>
}

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly body?: unknown
  /** Sent instead of a body, also where there are none. */
  readonly jsonLines?: string
  /** Repeats find the first one's answer. */
  readonly idempotencyKey?: string
}

export interface AdminApiDeps {
  readonly url: string
  readonly token: string
  readonly fetch: typeof fetch
  /** Milliseconds before a repetition. */
  readonly pause?: number
}

/** Milliseconds that one call may take. */
const patience = 25_000
const attempts = 3
/** Of a gateway or a backend that will be there in a moment. */
const passing: ReadonlySet<number> = new Set([502, 503, 504])

/** Makes the client of one stage's admin API. */
export function createAdminApi({ url, token, fetch, pause = 400 }: AdminApiDeps): AdminApi {
  return {
    async call(method, path, options = {}) {
      const label = `${method} ${path}`
      const isRepeatable = method === "GET" || options.idempotencyKey !== undefined
      for (let attempt = 1; ; attempt++) {
        const isLast = !isRepeatable || attempt >= attempts
        // A request is not used twice: its time limit counts from when it was made.
        const response = await fetch(addressOf(url + path, options), requestOf(method, token, options)).catch(
          (cause) => {
            if (isLast)
              throw new ClaimgateError("dependency_failed", `admin API: ${quote(label)}: no answer`, {
                cause,
              })
            return undefined
          },
        )
        if (response !== undefined && (isLast || !passing.has(response.status))) return read(response, label)
        await wait(pause * attempt)
      }
    },
  }
}

function addressOf(url: string, { query = {} }: CallOptions): URL {
  const address = new URL(url)
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) address.searchParams.set(name, value)
  return address
}

function requestOf(method: string, token: string, options: CallOptions): RequestInit {
  const { idempotencyKey } = options
  const content = contentOf(options)
  return {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(content === undefined ? {} : { "content-type": content.type }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    },
    ...(content === undefined ? {} : { body: content.text }),
    // A token goes where it was meant to go, and nowhere else.
    redirect: "error",
    signal: AbortSignal.timeout(patience),
  }
}

function contentOf({ body, jsonLines }: CallOptions) {
  if (jsonLines !== undefined) return { type: "application/jsonl", text: jsonLines }
  return body === undefined ? undefined : { type: "application/json", text: JSON.stringify(body) }
}

async function read(response: Response, label: string): Promise<unknown> {
  const text = await response.text().catch((cause) => {
    throw new ClaimgateError("dependency_failed", `admin API: ${quote(label)}: the answer broke off`, {
      cause,
    })
  })
  const value = parseJson(text)
  if (response.ok) return value
  // A gateway answers in words of its own; ours are problem details.
  const { code, detail, message, reason, version } = fieldsOf(value)
  const said = [detail, message].find((one) => typeof one === "string") ?? "no reason was given"
  const because = typeof reason === "string" && reason !== "" ? ` (${reason})` : ""
  const line = `${quote(label)}: ${response.status}: ${said}${because}`
  throw new ClaimgateError(codeOf(response.status, code), line, { cause: { version } })
}

/** The version that a lost race was lost to, where the fault is one and the admin API said it. */
export function conflictVersion(fault: unknown): number | undefined {
  if (!(fault instanceof ClaimgateError) || fault.code !== "conflict") return undefined
  const { version } = fieldsOf(fault.cause)
  return typeof version === "number" ? version : undefined
}

const byStatus: Readonly<Record<number, ErrorCode>> = {
  400: "malformed_input",
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
}

function codeOf(status: number, code: unknown): ErrorCode {
  if (code === "claim_too_large" || code === "uncovered_permission") return code
  return byStatus[status] ?? "dependency_failed"
}

function parseJson(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // Any object can be read by name; its values stay unknown.
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
}
