import { sign, verify } from "node:crypto"
import { type SigningKey, signingKey } from "./keys.ts"
import type { UserPool } from "./pool.ts"

/** The claims of a token, as they are written into it. */
export type Claims = Readonly<Record<string, unknown>>

/**
 * Signs claims with the pool's current key for that kind of
 * token: RS256, header `kid` and `alg` alone, as Cognito's.
 */
export function signToken(pool: UserPool, use: SigningKey["use"], claims: Claims): string {
  const { kid, privateKey } = signingKey(pool.keys, use)
  const signed = `${encode({ kid, alg: "RS256" })}.${encode(claims)}`
  return `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`
}

/**
 * The claims of an access token that this pool signed and
 * still publishes the key of, or `undefined`. Checks no time.
 */
export function readAccessToken(pool: UserPool, token: string): Claims | undefined {
  const [header = "", payload = "", signature = "", ...rest] = token.split(".")
  if (rest.length > 0) return undefined
  const { alg, kid } = decode(header) ?? {}
  const key = pool.keys.find((candidate) => candidate.kid === kid && candidate.use === "access")
  if (alg !== "RS256" || key === undefined) return undefined
  const good = verify(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    key.publicKey,
    Buffer.from(signature, "base64url"),
  )
  return good ? decode(payload) : undefined
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url")
}

function decode(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString())
    return typeof value === "object" && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
