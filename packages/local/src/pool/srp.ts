import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto"

/**
 * The secure remote password protocol as Cognito's clients speak it (RFC 5054 with the
 * 3,072-bit prime of RFC 3526, but g = 2; SHA-256; a 16-byte session key from HKDF). All
 * that is kept of a password is its salt and verifier, for it is all the protocol needs;
 * a password that arrives in the clear is checked by computing the verifier again.
 */
const N = toBigInt(getDiffieHellman("modp15").getPrime())
const G = 2n
const K = toBigInt(hash(pad(N), pad(G)))
const KEY_INFO = "Caldera Derived Key"

/** A password as the pool keeps it, both numbers in hexadecimal. */
export interface Verifier {
  readonly salt: string
  readonly verifier: string
}

/** Whose password: the pool's name (its id after the `_`) and the username that the pool itself uses. */
export interface Identity {
  readonly poolName: string
  readonly username: string
}

/** Turns a password into what is kept of it. */
export function createVerifier(identity: Identity, password: string): Verifier {
  const salt = toBigInt(randomBytes(16))
  return { salt: salt.toString(16), verifier: verifierOf(identity, password, salt).toString(16) }
}

/** True if a verifier was made from that password. Takes some 6 ms, whatever the answer. */
export function checkPassword(identity: Identity, password: string, kept: Verifier): boolean {
  const verifier = verifierOf(identity, password, fromHex(kept.salt))
  return timingSafeEqual(hash(pad(verifier)), hash(pad(fromHex(kept.verifier))))
}

function verifierOf({ poolName, username }: Identity, password: string, salt: bigint): bigint {
  const x = toBigInt(hash(pad(salt), hash(`${poolName}${username}:${password}`)))
  return power(G, x)
}

/** The server's side of one exchange: `b` stays here, `B` goes to the client; both in hexadecimal. */
export interface Exchange {
  readonly privateB: string
  readonly publicB: string
}

/** Starts an exchange for a kept password. */
export function startExchange({ verifier }: Verifier): Exchange {
  const b = toBigInt(randomBytes(32))
  const publicB = (K * fromHex(verifier) + power(G, b)) % N
  return { privateB: b.toString(16), publicB: publicB.toString(16) }
}

/**
 * True if a client's public value is a hexadecimal number
 * that the protocol may go on with: `A mod N` is not 0.
 */
export function isPublicValue(hex: string): boolean {
  return /^[0-9a-fA-F]{1,1024}$/.test(hex) && fromHex(hex) % N !== 0n
}

/** The key that both sides hold when the client knows the password: 16 bytes. */
export function sessionKey(publicA: string, { privateB, publicB }: Exchange, { verifier }: Verifier): Buffer {
  const a = fromHex(publicA)
  const u = toBigInt(hash(pad(a), pad(fromHex(publicB))))
  const s = power(a * power(fromHex(verifier), u), fromHex(privateB))
  return Buffer.from(hkdfSync("sha256", pad(s), pad(u), KEY_INFO, 16))
}

/** What a client signs with the session key to show that it holds it. */
export interface PasswordClaim extends Identity {
  readonly secretBlock: Buffer
  readonly timestamp: string
}

/** True if the signature over a claim, in base64, was made with that session key. */
export function checkClaim(key: Buffer, claim: PasswordClaim, signature: string): boolean {
  const { poolName, username, secretBlock, timestamp } = claim
  const expected = createHmac("sha256", key)
    .update(poolName)
    .update(username)
    .update(secretBlock)
    .update(timestamp)
    .digest("base64")
  return timingSafeEqual(hash(signature), hash(expected))
}

function hash(...parts: (Buffer | string)[]): Buffer {
  const digest = createHash("sha256")
  for (const part of parts) digest.update(part)
  return digest.digest()
}

/**
 * The bytes of a number as Java's `BigInteger.toByteArray`
 * gives them: a zero byte first where the top bit is set.
 */
function pad(value: bigint): Buffer {
  const hex = value.toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex")
}

function toBigInt(bytes: Buffer): bigint {
  return fromHex(bytes.toString("hex"))
}

function fromHex(hex: string): bigint {
  return BigInt(`0x${hex}`)
}

/** Raises to a power modulo N, by squaring. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % N
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N
    square = (square * square) % N
  }
  return result
}
