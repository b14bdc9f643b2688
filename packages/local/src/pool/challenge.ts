import { createHash, createHmac, randomBytes } from "node:crypto"
import type { UserPool } from "./pool.ts"
import type { Exchange, Verifier } from "./srp.ts"

/** A question that a client still has to answer. */
export type Challenge = {
  readonly clientId: string
  readonly username: string
  readonly expiresAt: number
} & (
  | { readonly name: "NEW_PASSWORD_REQUIRED" }
  | {
      readonly name: "PASSWORD_VERIFIER"
      readonly publicA: string
      readonly exchange: Exchange
      /** What the password is checked against; made up where no such user exists. */
      readonly kept: Verifier
      readonly known: boolean
    }
)

/** Cognito's default `AuthSessionValidity`. */
const LIFETIME = 180_000
/** Anybody can ask for a challenge, so their number is bounded: the oldest are forgotten first. */
const KEPT = 10_000

/** A challenge without its end, which `openChallenge` sets. */
export type NewChallenge = Challenge extends infer One
  ? One extends Challenge
    ? Omit<One, "expiresAt">
    : never
  : never

/** Remembers a challenge for three minutes and returns the random bytes that stand for it. */
export function openChallenge(pool: UserPool, challenge: NewChallenge): Buffer {
  const now = pool.deps.now()
  for (const [key, { expiresAt }] of pool.challenges) {
    if (expiresAt > now && pool.challenges.size < KEPT) break
    pool.challenges.delete(key)
  }
  const session = randomBytes(96)
  pool.challenges.set(keyOf(session), { ...challenge, expiresAt: now + LIFETIME })
  return session
}

/**
 * The challenge that some bytes stand for; `undefined` if there is none, it is answered, or it is too old.
 */
export function findChallenge(pool: UserPool, session: Buffer): Challenge | undefined {
  const challenge = pool.challenges.get(keyOf(session))
  return challenge !== undefined && challenge.expiresAt > pool.deps.now() ? challenge : undefined
}

/**
 * Forgets a challenge; true for the one caller who still found it there. A challenge can be answered once.
 */
export function closeChallenge(pool: UserPool, session: Buffer): boolean {
  return pool.challenges.delete(keyOf(session))
}

/**
 * A salt and verifier for a user who does not exist: the
 * salt is the same every time, as a real user's would be.
 */
export function disguise(pool: UserPool, username: string): Verifier {
  const digest = (what: string) =>
    createHmac("sha256", pool.disguise).update(`${what}:${username}`).digest("hex")
  return { salt: digest("salt").slice(0, 32), verifier: digest("verifier").repeat(12) }
}

function keyOf(session: Buffer): string {
  return createHash("sha256").update(session).digest("hex")
}
