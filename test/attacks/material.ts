/** What attacks are made from: a valid token, what a stranger can know, and, for the worst case, the pool's own key. */
import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto"

export type Claims = Readonly<Record<string, unknown>>

/** A user pool as its attackers see it, and its signing key, which they do not have. */
export interface Material {
  readonly issuer: string
  readonly clientId: string
  /** The id of a client whose tokens are a machine's. */
  readonly machineId: string
  readonly kid: string
  readonly poolKey: KeyObject
  /** A valid access token, and what is in it: it may read reports. */
  readonly token: string
  readonly claims: Claims
  /** Claims of somebody who is signed in and may do nothing. */
  readonly powerless: Claims
  /** Other real tokens that are no access tokens of this API. */
  readonly idToken: string
  readonly refreshToken: string
  /** An address of the attackers' own that publishes their key as the pool publishes its own. */
  readonly trap: string
  /** Seconds since 1970. */
  readonly now: () => number
}

/** Three parts of a compact JWS. */
export interface Parts {
  readonly header: string
  readonly payload: string
  readonly signature: string
}

export function partsOf(token: string): Parts {
  const [header = "", payload = "", signature = ""] = token.split(".")
  return { header, payload, signature }
}

/** base64url of bytes, of text, or of an object as JSON. */
export function encode(content: Buffer | string | object): string {
  if (Buffer.isBuffer(content)) return content.toString("base64url")
  return Buffer.from(typeof content === "string" ? content : JSON.stringify(content)).toString("base64url")
}

/** Keys that attackers have made for themselves. */
export const stranger = {
  rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
  smallRsa: generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey,
  p256: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  secp256k1: generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey,
  ed25519: generateKeyPairSync("ed25519").privateKey,
} as const

/** The attackers' key as a JWKS lists one. */
export function strangerJwk(kid: string): object {
  const { n, e } = createPublicKey(stranger.rsa).export({ format: "jwk" })
  return { kty: "RSA", n, e, kid, alg: "RS256", use: "sig" }
}

/** Makes a signature over `header.payload`. */
export type Signer = (input: Buffer) => Buffer

export const rsa =
  (key: KeyObject, hash = "sha256"): Signer =>
  (input) =>
    sign(hash, input, key)
export const hmac =
  (secret: Buffer | string, hash = "sha256"): Signer =>
  (input) =>
    createHmac(hash, secret).update(input).digest()
export const nothing: Signer = () => Buffer.alloc(0)

/** A token of these parts, signed. */
export function forged(header: object | string, payload: object | string, signer: Signer): string {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${encode(signer(Buffer.from(input)))}`
}

/** A token that the pool itself has signed: claims and header fields are replaced, `undefined` takes one away. */
export function minted(
  material: Material,
  claims: Claims,
  header: Claims = {},
  from = material.claims,
): string {
  return forged({ kid: material.kid, alg: "RS256", ...header }, { ...from, ...claims }, rsa(material.poolKey))
}

/** The same with parts that no object can hold: JSON, or what only looks like it, as text or bytes. */
export function mintedFromText(
  material: Material,
  header: string | Buffer,
  payload: string | Buffer,
): string {
  return forged(header, payload, rsa(material.poolKey))
}

/** A token with one bit of its signature changed. */
export function broken(token: string): string {
  const { header, payload, signature } = partsOf(token)
  return `${header}.${payload}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`
}
