/** Where Redis is, as `REDIS_URL` says it. No message repeats any part of it: it may hold a password. */
import { ClaimgateError } from "@claimgate/core"

export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly tls: boolean
  readonly username: string | undefined
  readonly password: string | undefined
  readonly database: number
}

/**
 * Parses `redis://[user:password@]host[:port][/database]`; `rediss://` is the same over TLS. Throws
 * `malformed_configuration`.
 */
export function parseRedisAddress(text: string | undefined): RedisAddress {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !schemes.has(url.protocol) || url.search !== "" || url.hash !== "")
    throw malformed()
  const host = decoded(url.hostname)?.replace(/^\[|\]$/g, "")
  const port = url.port === "" ? defaultPort : Number(url.port)
  const database = /^\/?(\d{0,5})$/.exec(url.pathname)?.[1]
  if (host === undefined || port === 0 || database === undefined) throw malformed()
  return {
    ...{ host, port, tls: url.protocol === "rediss:" },
    ...{ username: decoded(url.username), password: decoded(url.password), database: Number(database) },
  }
}

const schemes: ReadonlySet<string> = new Set(["redis:", "rediss:"])
const defaultPort = 6379

/** Undefined where the part is missing; a fault of decoding would quote it. */
function decoded(part: string): string | undefined {
  try {
    return part === "" ? undefined : decodeURIComponent(part)
  } catch {
    throw malformed()
  }
}

function malformed(): ClaimgateError {
  return new ClaimgateError(
    "malformed_configuration",
    "REDIS_URL: expected `redis://` or `rediss://`, then a host, and where needed `user:password@` before it, and `:port` and `/database` behind it",
  )
}
