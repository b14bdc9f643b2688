import * as z from "zod"

const codeSchema = z.object({
  purpose: z.enum(["SignUp", "ForgotPassword", "VerifyEmail"]),
  digest: z.string(),
  expiresAt: z.number(),
})

const userSchema = z.object({
  username: z.string().min(1),
  sub: z.string().min(1),
  /** Grows with every user; lists are in this order and page by it. */
  ordinal: z.number().int(),
  attributes: z.record(z.string(), z.string()),
  status: z.enum(["UNCONFIRMED", "CONFIRMED", "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED"]),
  enabled: z.boolean(),
  /**
   * The SRP verifier is all that is kept of a password; see srp.ts. `expiresAt` is set on a temporary one.
   */
  password: z
    .object({ salt: z.string(), verifier: z.string(), expiresAt: z.number().nullable() })
    .readonly()
    .nullable(),
  groups: z.array(z.string()).readonly(),
  codes: z.array(codeSchema.readonly()).readonly(),
  createdAt: z.number(),
  modifiedAt: z.number(),
})

const groupSchema = z.object({
  name: z.string().min(1),
  ordinal: z.number().int(),
  description: z.string().nullable(),
  roleArn: z.string().nullable(),
  precedence: z.number().int().nullable(),
  createdAt: z.number(),
  modifiedAt: z.number(),
})

const signInSchema = z.object({
  originJti: z.string().min(1),
  username: z.string().min(1),
  sub: z.string().min(1),
  clientId: z.string().min(1),
  /** Seconds, as the tokens say it. */
  authTime: z.number().int(),
  refreshDigest: z.string(),
  /** Refresh tokens that rotation replaced, and until when each is still taken; the oldest first. */
  replaced: z.array(z.object({ digest: z.string(), until: z.number() }).readonly()).readonly(),
  expiresAt: z.number(),
  revoked: z.boolean(),
})

const keySchema = z.object({
  kid: z.string().min(1),
  use: z.enum(["id", "access"]),
  jwk: z.record(z.string(), z.unknown()).readonly(),
})

const stateSchema = z.object({
  version: z.literal(1),
  createdAt: z.number(),
  keys: z.array(keySchema.readonly()).min(2).readonly(),
  nextOrdinal: z.number().int(),
  users: z.array(userSchema.readonly()).readonly(),
  groups: z.array(groupSchema.readonly()).readonly(),
  signIns: z.array(signInSchema.readonly()).readonly(),
})

/** A user as the pool keeps it. Times are milliseconds since the epoch. */
export type User = Readonly<z.infer<typeof userSchema>>
/** A group of users. */
export type Group = Readonly<z.infer<typeof groupSchema>>
/** One sign-in: everything that was issued for it shares its `origin_jti`, and is revoked with it. */
export type SignIn = Readonly<z.infer<typeof signInSchema>>
/** A signing key with its private part, as a JWK. */
export type KeyState = Readonly<z.infer<typeof keySchema>>
/** Everything a pool must remember between two runs, as plain JSON. Holds the pool's private keys. */
export type PoolState = Readonly<z.infer<typeof stateSchema>>

/**
 * Reads a pool's state from JSON; throws an error that names
 * the first thing that is not as expected, never its value.
 */
export function parseState(value: unknown): PoolState {
  const parsed = stateSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Error(
    `user pool state at \`${issue?.path.join(".") ?? ""}\`: ${lowerFirst(issue?.message ?? "")}`,
  )
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
