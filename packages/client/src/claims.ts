/**
 * What a token says of itself, read without any trust: to know its age and what to show. The signature is not looked
 * at, so nothing is decided by it; that is the API's part.
 */

/** A token's payload; nothing in it is what it claims to be. */
export type Claims = Readonly<Record<string, unknown>>

/** The payload of a JWT (RFC 7519), or undefined where the text is none. Never throws. */
export function readClaims(token: string): Claims | undefined {
  const [, payload, ...rest] = token.split(".")
  if (payload === undefined || rest.length !== 1) return undefined
  try {
    const text = atob(payload.replaceAll("-", "+").replaceAll("_", "/"))
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0))
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** A claim of seconds since 1970 as milliseconds, or undefined where it is no finite number. */
export function millisecondsOf(claim: unknown): number | undefined {
  return typeof claim === "number" && Number.isFinite(claim) ? claim * 1000 : undefined
}

function isRecord(value: unknown): value is Claims {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
