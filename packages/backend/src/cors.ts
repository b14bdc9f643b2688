/**
 * Whose pages may read answers, where the gateway has no CORS of its own: a REST API answers preflights, and the rest is
 * up to its backend. Source: docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
 */
import { ClaimgateError, quote } from "@claimgate/core"

/** Headers that go with the answer to a request from that origin; undefined where the request names none. */
export type Cors = (origin: string | undefined) => Readonly<Record<string, string>>

/** Headers of answers that a page may read, as infra/cors.ts has them for the other gateways. */
export const exposedHeaders = ["retry-after", "www-authenticate", "x-claimgate-refresh"]

/** Lets pages of one origin read answers, without cookies. Whatever asks, no other origin is ever named. */
export function corsFor(allowed: string): Cors {
  const readable = {
    "access-control-allow-origin": allowed,
    "access-control-expose-headers": exposedHeaders.join(","),
  }
  return (origin) => ({ ...(origin === allowed ? readable : {}), vary: "origin" })
}

/** Reads `CORS_ORIGINS`, one origin; no CORS where it is left out. Throws `malformed_configuration`. */
export function parseCors(text: string | undefined): Cors | undefined {
  if (!text) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.origin === text && /^https?:$/.test(url.protocol)) return corsFor(text)
  throw new ClaimgateError(
    "malformed_configuration",
    `CORS_ORIGINS: expected one origin such as \`https://app.example.com\`, got ${quote(text)}`,
  )
}
