/** Access tokens as Cognito writes them, with the three claims of ours, signed with a fresh key. */
import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto"
import { clientId, issuer, signed } from "../../../packages/authorizer/test/issuer.ts"

export { clientId, issuer }

export interface Signer {
  /** As the issuer publishes it. */
  readonly key: PublicJwk
  /** A token that holds for an hour, of a subject and a session of its own. */
  token(permissions: string): string
}

export interface PublicJwk {
  readonly kid: string
  readonly kty: string
  readonly n: string
  readonly e: string
  readonly alg: "RS256"
  readonly use: "sig"
}

export function createSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const { kty = "", n = "", e = "" } = publicKey.export({ format: "jwk" })
  // Cognito's key ids are 32 bytes in base64, padding included.
  const kid = randomBytes(32).toString("base64")
  return {
    key: { kid, kty, n, e, alg: "RS256", use: "sig" },
    token: (permissions) => signed({ kid, alg: "RS256" }, payloadOf(permissions), privateKey),
  }
}

/** The same token with one character of its signature changed. */
export function forge(token: string): string {
  const at = token.length - 20
  return `${token.slice(0, at)}${token.charAt(at) === "A" ? "B" : "A"}${token.slice(at + 1)}`
}

/** The fields of an access token of a person who signed in through a hosted page, in Cognito's order. */
function payloadOf(permissions: string) {
  const now = Math.floor(Date.now() / 1000)
  const sub = randomUUID()
  return {
    sub,
    "cognito:groups": ["eu-west-1_Test00001_Staff"],
    iss: issuer,
    version: 2,
    client_id: clientId,
    origin_jti: randomUUID(),
    event_id: randomUUID(),
    token_use: "access",
    scope: "openid profile email",
    auth_time: now,
    exp: now + 3600,
    iat: now,
    jti: randomUUID(),
    username: sub,
    "custom:role": "developer,reader",
    "custom:permissions": permissions,
    "custom:epoch": "0.17.4.12",
  }
}
