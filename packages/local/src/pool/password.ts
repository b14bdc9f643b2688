import { randomInt } from "node:crypto"
import type { PasswordPolicy } from "./config.ts"
import { CognitoFailure } from "./failure.ts"

const SYMBOLS = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- "

/** A password policy with Cognito's defaults in place of what was left out. */
export function readPolicy(policy: PasswordPolicy = {}): Required<PasswordPolicy> {
  return {
    minimumLength: policy.minimumLength ?? 8,
    requireLowercase: policy.requireLowercase ?? true,
    requireUppercase: policy.requireUppercase ?? true,
    requireNumbers: policy.requireNumbers ?? true,
    requireSymbols: policy.requireSymbols ?? true,
    temporaryPasswordValidityDays: policy.temporaryPasswordValidityDays ?? 7,
  }
}

/**
 * Throws `InvalidPasswordException`, worded as Cognito
 * words it, for a password that the policy does not allow.
 */
export function checkPolicy(policy: PasswordPolicy | undefined, password: string): void {
  const complaint = complaintOf(readPolicy(policy), password)
  if (complaint !== undefined)
    throw new CognitoFailure("InvalidPasswordException", `Password did not conform with policy: ${complaint}`)
}

function complaintOf(policy: Required<PasswordPolicy>, password: string): string | undefined {
  if (password.length < policy.minimumLength) return "Password not long enough"
  if (policy.requireUppercase && !/[A-Z]/.test(password)) return "Password must have uppercase characters"
  if (policy.requireLowercase && !/[a-z]/.test(password)) return "Password must have lowercase characters"
  if (policy.requireNumbers && !/[0-9]/.test(password)) return "Password must have numeric characters"
  if (policy.requireSymbols && ![...password].some((character) => SYMBOLS.includes(character)))
    return "Password must have symbol characters"
  return undefined
}

/** Makes a temporary password that any policy up to 20 characters allows. */
export function createPassword(): string {
  const kinds = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!@#%+="]
  return Array.from({ length: 20 }, (_, index) => {
    const kind = kinds[index % kinds.length] ?? ""
    return kind.charAt(randomInt(kind.length))
  }).join("")
}
