/** A token issuer for tests: its own fresh key, tokens as Cognito writes them, and any twist of them. */
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto"

export const issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Test00001"
export const clientId = "3n4b5urk1ft4fl3mg5e62d9ado"

export interface Issuer {
  readonly kid: string
  readonly privateKey: KeyObject
  /** The JWKS document, as text. */
  readonly jwks: string
  /** An access token for a user; `claims` and `header` replace fields, and `undefined` takes one away. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>): string
}

export function createIssuer(now: () => number, bits = 2048): Issuer {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: bits })
  const kid = randomUUID()
  const jwk = { ...publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }
  return {
    kid,
    privateKey,
    jwks: JSON.stringify({ keys: [jwk] }),
    token(claims = {}, header = {}) {
      const iat = Math.floor(now() / 1000)
      const payload = { ...userClaims, iat, auth_time: iat, exp: iat + 900, ...claims }
      return signed({ kid, alg: "RS256", ...header }, payload, privateKey)
    },
  }
}

const userClaims = {
  sub: "6f1c2c3e-0001-4000-8000-00000000aaaa",
  iss: issuer,
  client_id: clientId,
  token_use: "access",
  scope: "aws.cognito.signin.user.admin",
  username: "ann",
  "custom:role": "reader",
  "custom:permissions": "GET:/api/users",
  "custom:epoch": "0.1.1",
}

export function signed(header: object, payload: object, key: KeyObject): string {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`
}

export function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url")
}
