import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
} from "node:crypto"
import { promisify } from "node:util"
import type { KeyState } from "./state.ts"

/** A key that signs, or once signed, one kind of token. */
export interface SigningKey {
  readonly kid: string
  readonly use: "id" | "access"
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/**
 * Makes a fresh RSA-2048 key for ID tokens and another for access tokens: Cognito signs the two with
 * different keys (Developer Guide, "Understanding the access token"). The key ids are random.
 */
export async function createKeyPair(): Promise<readonly SigningKey[]> {
  return Promise.all([createKey("id"), createKey("access")])
}

async function createKey(use: SigningKey["use"]): Promise<SigningKey> {
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 })
  return { kid: randomBytes(32).toString("base64"), use, ...pair }
}

/** The key that signs a kind of token now: the newest one of its use. */
export function signingKey(keys: readonly SigningKey[], use: SigningKey["use"]): SigningKey {
  const key = keys.findLast((candidate) => candidate.use === use)
  if (key === undefined) throw new Error(`user pool keys: expected a key for ${use} tokens`)
  return key
}

/** The published keys, as `/<pool id>/.well-known/jwks.json` shows them. */
export function formatJwks(keys: readonly SigningKey[]): { readonly keys: readonly object[] } {
  return {
    keys: keys.map(({ kid, publicKey }) => {
      const { e, kty, n } = publicKey.export({ format: "jwk" })
      return { alg: "RS256", e, kid, kty, n, use: "sig" }
    }),
  }
}

/** Turns a key into what the pool's state keeps of it: its private JWK. */
export function formatKey({ kid, use, privateKey }: SigningKey): KeyState {
  return { kid, use, jwk: { ...privateKey.export({ format: "jwk" }) } }
}

/**
 * Reads a key back from the state; throws an error without
 * the key in it when it is not an RSA-2048 private key.
 */
export function parseKey({ kid, use, jwk }: KeyState): SigningKey {
  const privateKey = readJwk(jwk)
  if (privateKey?.asymmetricKeyType !== "rsa" || privateKey.asymmetricKeyDetails?.modulusLength !== 2048)
    throw new Error(`user pool state: key \`${kid}\`: expected the JWK of an RSA private key of 2048 bits`)
  return { kid, use, privateKey, publicKey: createPublicKey(privateKey) }
}

function readJwk(jwk: Readonly<Record<string, unknown>>): KeyObject | undefined {
  try {
    // createPrivateKey checks every member itself, so the cast promises nothing that is not checked.
    return createPrivateKey({ key: jwk as JsonWebKey, format: "jwk" })
  } catch {
    return undefined
  }
}
