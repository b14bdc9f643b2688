import { randomUUID } from "node:crypto"
import { type Attributes, checkSchema } from "./attribute.ts"
import { poolNameOf } from "./config.ts"
import { CognitoFailure, failures } from "./failure.ts"
import type { UserPool } from "./pool.ts"
import { checkPassword, createVerifier } from "./srp.ts"
import type { User } from "./state.ts"

/**
 * Finds the user that somebody means: by username, by `sub`,
 * or by email where the pool takes one for a username.
 */
export function findUser(pool: UserPool, login: string): User | undefined {
  const name = fold(pool, login)
  const named = pool.users.get(name)
  if (named !== undefined) return named
  for (const user of pool.users.values()) if (user.sub === login || isAlias(pool, user, name)) return user
  return undefined
}

/** What of a user decides which address is an alias. */
type Named = Pick<User, "username" | "attributes">

function isAlias(pool: UserPool, user: Named, name: string): boolean {
  const { usernameAttributes, aliasAttributes } = pool.config
  if (user.attributes.email === undefined || fold(pool, user.attributes.email) !== name) return false
  if (usernameAttributes?.includes("email")) return true
  return aliasAttributes?.includes("email") === true && user.attributes.email_verified === "true"
}

/**
 * Throws `AliasExistsException` if the email address that
 * a user would sign in by is already somebody else's.
 */
export function checkAliasFree(pool: UserPool, user: Named): void {
  const name = fold(pool, user.attributes.email ?? "")
  if (!isAlias(pool, user, name)) return
  for (const other of pool.users.values())
    if (other.username !== user.username && isAlias(pool, other, name))
      throw new CognitoFailure("AliasExistsException", "An account with the email already exists.")
}

/** The user that an administrator means; throws `UserNotFoundException`. */
export function requireUser(pool: UserPool, login: string): User {
  const user = findUser(pool, login)
  if (user === undefined) throw failures.userNotFound()
  return user
}

/** What a new user starts with. */
export interface NewUser {
  readonly login: string
  readonly attributes: Attributes
  readonly status: User["status"]
  readonly password: string
  /** Milliseconds since the epoch; only for a temporary password. */
  readonly passwordExpiresAt?: number
  /** What the caller is told when the username is taken; SignUp and AdminCreateUser word it differently. */
  readonly whenTaken: string
}

/**
 * Adds a user; throws `UsernameExistsException` and
 * `InvalidParameterException` as SignUp and AdminCreateUser do.
 */
export function addUser(pool: UserPool, fresh: NewUser): User {
  const username = chooseUsername(pool, fresh)
  const byEmail = pool.config.usernameAttributes?.includes("email") === true
  const attributes = byEmail ? { email: fresh.login, ...fresh.attributes } : fresh.attributes
  checkSchema(pool.config, attributes)
  checkAliasFree(pool, { username, attributes })
  const now = pool.deps.now()
  const user: User = {
    username,
    sub: byEmail ? username : randomUUID(),
    ordinal: pool.nextOrdinal++,
    attributes,
    status: fresh.status,
    enabled: true,
    password: keepPassword(pool, username, fresh.password, fresh.passwordExpiresAt),
    groups: [],
    codes: [],
    createdAt: now,
    modifiedAt: now,
  }
  pool.users.set(username, user)
  return user
}

function chooseUsername(pool: UserPool, { login, whenTaken }: NewUser): string {
  const isEmail = login.includes("@")
  const { usernameAttributes, aliasAttributes } = pool.config
  if (usernameAttributes?.includes("email")) {
    if (!isEmail) throw failures.invalidParameter("Username should be an email.")
    if (findUser(pool, login)) throw usernameExists("An account with the given email already exists.")
    return randomUUID()
  }
  if (aliasAttributes?.includes("email") && isEmail)
    throw failures.invalidParameter(
      "Username cannot be of email format, since user pool is configured for email alias.",
    )
  const username = fold(pool, login)
  if (pool.users.has(username)) throw usernameExists(whenTaken)
  return username
}

function usernameExists(message: string): CognitoFailure {
  return new CognitoFailure("UsernameExistsException", message)
}

/**
 * Changes a user and returns what became of it. It reads the newest version
 * itself, so that a change made while the caller waited (for the trigger, say)
 * is not lost; throws `UserNotFoundException` when the user is gone by then.
 */
export function updateUser(pool: UserPool, username: string, changes: Partial<User>): User {
  const user = pool.users.get(username)
  if (user === undefined) throw failures.userNotFound()
  const changed = { ...user, ...changes, modifiedAt: pool.deps.now() }
  pool.users.set(username, changed)
  return changed
}

/**
 * Changes attributes of a user and leaves the others alone.
 * A new email address is unverified unless said otherwise.
 */
export function updateAttributes(pool: UserPool, user: User, changes: Attributes): User {
  checkSchema(pool.config, changes)
  const newest = pool.users.get(user.username) ?? user
  const moved = changes.email !== undefined && changes.email !== newest.attributes.email
  const attributes = { ...newest.attributes, ...(moved ? { email_verified: "false" } : {}), ...changes }
  checkAliasFree(pool, { username: user.username, attributes })
  return updateUser(pool, user.username, { attributes })
}

/** What the pool keeps of a password; with a time, it is a temporary one and good until then. */
export function keepPassword(
  pool: UserPool,
  username: string,
  password: string,
  expiresAt: number | null = null,
): NonNullable<User["password"]> {
  return { ...createVerifier({ poolName: poolNameOf(pool.config), username }, password), expiresAt }
}

/** True if that is the user's password. Computes as long for a user who does not exist or has no password. */
export function hasPassword(pool: UserPool, user: User | undefined, password: string): boolean {
  const identity = { poolName: poolNameOf(pool.config), username: user?.username ?? "" }
  const kept = user?.password ?? { salt: "0", verifier: "0" }
  return checkPassword(identity, password, kept)
}

function fold(pool: UserPool, name: string): string {
  return pool.config.caseSensitive ? name : name.toLowerCase()
}
