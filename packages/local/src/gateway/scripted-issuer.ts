/** An issuer of tokens for tests: one RSA key, published over HTTP on this machine. */
import { generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult, sign } from "node:crypto"
import { createResponse, type HttpResponse } from "./http-message.ts"
import { listen } from "./server.ts"

/** An issuer that runs. */
export interface ScriptedIssuer {
  readonly issuer: string
  readonly jwksUri: string
  /** How often its keys were fetched. */
  readonly fetches: () => number
  /** Signs claims on top of a plausible set, with a header on top of a right one. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>, key?: KeyObject): string
  /** What the endpoint answers from now on. */
  answerWith(response: () => Promise<HttpResponse>): void
  close(): Promise<void>
}

// One for all issuers: making a key takes longer than any test that needs one.
let keyPair: KeyPairKeyObjectResult | undefined

/** Starts an issuer whose tokens are dated by that clock (milliseconds). */
export async function startIssuer(now: () => number): Promise<ScriptedIssuer> {
  keyPair ??= generateKeyPairSync("rsa", { modulusLength: 2048 })
  const { publicKey, privateKey } = keyPair
  const keys = { keys: [{ ...publicKey.export({ format: "jwk" }), kid: "key-1", use: "sig", alg: "RS256" }] }
  let fetches = 0
  let answer = async () => createResponse(200, [], JSON.stringify(keys))
  const server = await listen(
    () => {
      fetches++
      return answer()
    },
    0,
    1_000,
  )
  const issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Test00001"
  return {
    issuer,
    jwksUri: `http://127.0.0.1:${server.port}/keys`,
    fetches: () => fetches,
    token(claims = {}, header = {}, key = privateKey) {
      const seconds = Math.floor(now() / 1000)
      const times = { iat: seconds, exp: seconds + 300 }
      return signToken(
        { alg: "RS256", kid: "key-1", ...header },
        { iss: issuer, sub: "ada", token_use: "access", client_id: "app", ...times, ...claims },
        key,
      )
    },
    answerWith(response) {
      answer = response
    },
    close: server.close,
  }
}

function signToken(header: object, claims: object, key: KeyObject): string {
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".")
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`
}
