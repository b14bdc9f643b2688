import { createHash, randomInt, timingSafeEqual } from "node:crypto"
import { CognitoFailure } from "./failure.ts"
import { type CodeDelivery, deliver, describeDelivery } from "./message.ts"
import type { UserPool } from "./pool.ts"
import type { User } from "./state.ts"
import { updateUser } from "./user.ts"

type Purpose = User["codes"][number]["purpose"]

const HOUR = 3_600_000
const LIFETIME: Readonly<Record<Purpose, number>> = {
  SignUp: 24 * HOUR,
  ForgotPassword: HOUR,
  VerifyEmail: 24 * HOUR,
}

/**
 * Sends a user a new six-digit code, which replaces the last
 * one for the same purpose; `undefined` without an email.
 */
export function sendCode(pool: UserPool, user: User, purpose: Purpose): CodeDelivery | undefined {
  const email = user.attributes.email
  if (email === undefined) return undefined
  const code = String(randomInt(1_000_000)).padStart(6, "0")
  const kept = {
    purpose,
    digest: digest(code).toString("hex"),
    expiresAt: pool.deps.now() + LIFETIME[purpose],
  }
  updateUser(pool, user.username, { codes: [...otherCodes(user, purpose), kept] })
  deliver(pool, { kind: purpose, username: user.username, destination: email, code })
  return describeDelivery(email)
}

/** Throws unless the code is the one that was sent for that purpose and still good. */
export function checkCode(pool: UserPool, user: User, purpose: Purpose, code: string): void {
  const kept = user.codes.find((candidate) => candidate.purpose === purpose)
  if (kept === undefined || kept.expiresAt <= pool.deps.now()) throw expiredCode()
  if (!timingSafeEqual(Buffer.from(kept.digest, "hex"), digest(code)))
    throw new CognitoFailure("CodeMismatchException", "Invalid verification code provided, please try again.")
}

/** A user's codes without those for one purpose. */
export function otherCodes(user: User, purpose: Purpose): User["codes"] {
  return user.codes.filter((candidate) => candidate.purpose !== purpose)
}

/** What a caller sees who has a code too old, or none, or (hidden) no account at all. */
export function expiredCode(): CognitoFailure {
  return new CognitoFailure("ExpiredCodeException", "Invalid code provided, please request a code again.")
}

function digest(code: string): Buffer {
  return createHash("sha256").update(code).digest()
}
