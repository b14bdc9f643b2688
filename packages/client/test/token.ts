/** Tokens as a pool would mint them, but for their signature: nobody on this side looks at it. */
import { type Claims, readClaims } from "../src/claims.ts"

/** A JWT with these claims. */
export function tokenOf(claims: Claims): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  return `${part({ alg: "RS256", kid: "k1" })}.${part(claims)}.c2lnbmF0dXJl`
}

/** A token of fifteen minutes; `serial` tells it from others of the same second. */
export function mint(serial: number, more: Claims = {}): string {
  const iat = Math.floor(Date.now() / 1000)
  return tokenOf({ sub: "ben", iat, exp: iat + 900, serial, ...more })
}

/** The serial of a minted token; NaN where there is none. */
export function serialOf(token = ""): number {
  return Number(readClaims(token)?.serial)
}
