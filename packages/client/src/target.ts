/** Where a request goes. INVARIANT: nowhere but to the API's own origin, so no token does (target.test.ts). */
import { ClaimgateError, quote } from "@claimgate/core"

/** Where the API is: an origin, and a path in front of every other one, without a slash at its end. */
export interface Base {
  readonly origin: string
  readonly path: string
}

/** Reads `https://api.example.com` or, with a stage, `https://host/prod`. Throws `malformed_configuration`. */
export function parseBase(baseUrl: string): Base {
  const url = parseUrl(baseUrl)
  // A query might hold a secret: nothing of the text is repeated.
  if (url === undefined || !isWeb(url) || url.search + url.hash + url.username + url.password !== "")
    throw new ClaimgateError(
      "malformed_configuration",
      "client: baseUrl: expected `https://host` or `https://host/path`, without query and credentials",
    )
  return { origin: url.origin, path: url.pathname.replace(/(?<!\/)\/+$/, "") }
}

/**
 * The absolute URL of a request: a text without a scheme goes behind the base's path. Throws `malformed_input` for
 * another origin than the base's.
 */
export function resolveTarget(base: Base, target: string): string {
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(target)
  const url = parseUrl(isAbsolute ? target : `${base.origin}${base.path}/${target.replace(/^\//, "")}`)
  if (url !== undefined && isWeb(url) && url.origin === base.origin) return url.href
  const got = url === undefined || !isWeb(url) ? "" : `, got ${quote(url.origin)}`
  throw new ClaimgateError("malformed_input", `url: expected the origin ${quote(base.origin)}${got}`)
}

/** Whether an answer came from the API itself, and not from where it redirected to. */
export function isFrom(base: Base, responseUrl: string): boolean {
  return responseUrl === "" || parseUrl(responseUrl)?.origin === base.origin
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/** A `blob:` has the origin of whoever made it. */
function isWeb({ protocol }: URL): boolean {
  return protocol === "https:" || protocol === "http:"
}
