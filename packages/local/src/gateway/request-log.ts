/** What a gateway tells about each request: one entry for a log, three headers for whoever is watching. */
import type { Header, HttpResponse } from "./http-message.ts"
import type { AuthorizerUse } from "./lambda-authorizer.ts"

/** `off` where nothing is kept, or the cache was not asked. */
export type CacheUse = "hit" | "miss" | "off"

/** One request, as a log has it. */
export interface RequestLogEntry {
  readonly api: string
  readonly requestId: string
  readonly method: string
  /** As sent, without the query. */
  readonly path: string
  /** Null where no route was chosen. */
  readonly routeKey: string | null
  readonly status: number
  readonly authorizer: AuthorizerUse
  readonly cache: CacheUse
  /** Reads of permissions that the request caused: its authorizer's and its backend's. */
  readonly storeReads: number
  /** Why the gateway itself answered, for people; null where the integration did. Holds no token. */
  readonly error: string | null
  /** Real time, not the clock's. */
  readonly milliseconds: {
    readonly total: number
    readonly authorizer: number
    readonly integration: number
  }
}

/** Takes an entry when a request has been answered. */
export type RequestLog = (entry: RequestLogEntry) => void

/** Adds `x-claimgate-authorizer`, `-cache` and `-store-reads`, which AWS's gateways do not send. */
export function withTrace(
  response: HttpResponse,
  entry: Pick<RequestLogEntry, "authorizer" | "cache" | "storeReads">,
): HttpResponse {
  const trace: Header[] = [
    ["x-claimgate-authorizer", entry.authorizer],
    ["x-claimgate-cache", entry.cache],
    ["x-claimgate-store-reads", String(entry.storeReads)],
  ]
  return { ...response, headers: [...response.headers, ...trace] }
}

/** What the cache did: nothing where no answers are kept or none was asked for. */
export function cacheUse(authorizer: AuthorizerUse, ttlSeconds: number): CacheUse {
  if (authorizer === "cached") return "hit"
  return authorizer === "called" && ttlSeconds > 0 ? "miss" : "off"
}

/** Writes an entry; a log that throws changes nothing. */
export function writeLog(log: RequestLog | undefined, entry: RequestLogEntry): void {
  try {
    log?.(entry)
  } catch {
    // A request must not fail because its log did.
  }
}
