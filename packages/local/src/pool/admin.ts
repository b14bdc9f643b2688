import {
  checkMutable,
  checkRequired,
  checkSchema,
  formatAttributes,
  type NamedValue,
  toAttributes,
} from "./attribute.ts"
import { sendCode } from "./code.ts"
import { failures } from "./failure.ts"
import { attributeList, attributeNames, field } from "./field.ts"
import { deliver } from "./message.ts"
import { administrator } from "./operation.ts"
import { checkPolicy, createPassword, readPolicy } from "./password.ts"
import type { UserPool } from "./pool.ts"
import { revokeUser } from "./sign-in.ts"
import type { User } from "./state.ts"
import { addUser, keepPassword, requireUser, updateAttributes, updateUser } from "./user.ts"

const named = { Username: field.username }

/** A user as the lists and AdminCreateUser show one. Times are in seconds, as JSON 1.1 carries them. */
export function describeUser(user: User): object {
  return { ...describeAccount(user), Attributes: formatAttributes(user) }
}

function describeAccount(user: User): object {
  return {
    Enabled: user.enabled,
    UserCreateDate: user.createdAt / 1000,
    UserLastModifiedDate: user.modifiedAt / 1000,
    Username: user.username,
    UserStatus: user.status,
  }
}

/** Makes an account with a temporary password, which goes out by mail unless that is suppressed. */
export const adminCreateUser = administrator(
  {
    ...named,
    UserAttributes: attributeList.optional(),
    TemporaryPassword: field.password.optional(),
    MessageAction: field.messageAction.optional(),
  },
  (pool, input) => {
    const password = input.TemporaryPassword ?? createPassword()
    checkPolicy(pool.config.passwordPolicy, password)
    const user =
      input.MessageAction === "RESEND"
        ? renewInvitation(pool, input.Username, password)
        : invite(pool, input.Username, password, input.UserAttributes)
    if (input.MessageAction !== "SUPPRESS") sendInvitation(pool, user, password)
    return { User: describeUser(user) }
  },
)

function invite(
  pool: UserPool,
  login: string,
  password: string,
  list: readonly NamedValue[] | undefined,
): User {
  const attributes = toAttributes(list)
  if (attributes.sub !== undefined) checkMutable(pool.config, { sub: attributes.sub })
  const implied = pool.config.usernameAttributes?.includes("email") ? { email: login } : {}
  checkSchema(pool.config, attributes)
  checkRequired(pool.config, { ...implied, ...attributes })
  return addUser(pool, {
    login,
    attributes,
    status: "FORCE_CHANGE_PASSWORD",
    password,
    passwordExpiresAt: temporaryUntil(pool),
    whenTaken: "User account already exists",
  })
}

function renewInvitation(pool: UserPool, login: string, password: string): User {
  const user = requireUser(pool, login)
  if (user.status !== "FORCE_CHANGE_PASSWORD")
    throw failures.invalidParameter("Resend not possible. User status is not FORCE_CHANGE_PASSWORD")
  const kept = keepPassword(pool, user.username, password, temporaryUntil(pool))
  return updateUser(pool, user.username, { password: kept })
}

function temporaryUntil(pool: UserPool): number {
  const { temporaryPasswordValidityDays } = readPolicy(pool.config.passwordPolicy)
  return pool.deps.now() + temporaryPasswordValidityDays * 86_400_000
}

function sendInvitation(pool: UserPool, { username, attributes }: User, temporaryPassword: string): void {
  if (attributes.email !== undefined)
    deliver(pool, { kind: "Invitation", username, destination: attributes.email, temporaryPassword })
}

/** Sets a user's password, for good or until the next sign-in. */
export const adminSetUserPassword = administrator(
  { ...named, Password: field.password, Permanent: field.boolean.optional() },
  (pool, input) => {
    const { username } = requireUser(pool, input.Username)
    checkPolicy(pool.config.passwordPolicy, input.Password)
    const until = input.Permanent ? null : temporaryUntil(pool)
    const status = input.Permanent ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD"
    updateUser(pool, username, { status, password: keepPassword(pool, username, input.Password, until) })
    return {}
  },
)

/** Makes a user choose a new password by a code before the next sign-in. */
export const adminResetUserPassword = administrator(named, (pool, input) => {
  const user = requireUser(pool, input.Username)
  if (user.status !== "CONFIRMED" && user.status !== "RESET_REQUIRED")
    throw failures.notAuthorized("User password cannot be reset in the current state.")
  if (user.attributes.email_verified !== "true")
    throw failures.invalidParameter(
      "Cannot reset password for the user as there is no registered/verified email or phone_number",
    )
  sendCode(pool, updateUser(pool, user.username, { status: "RESET_REQUIRED" }), "ForgotPassword")
  return {}
})

/** Confirms an account without a code; it does not verify the email address. */
export const adminConfirmSignUp = administrator(named, (pool, input) => {
  const user = requireUser(pool, input.Username)
  if (user.status !== "UNCONFIRMED")
    throw failures.notAuthorized(`User cannot be confirmed. Current status is ${user.status}`)
  updateUser(pool, user.username, { status: "CONFIRMED" })
  return {}
})

/** Shows one user. */
export const adminGetUser = administrator(named, (pool, input) => {
  const user = requireUser(pool, input.Username)
  return { ...describeAccount(user), UserAttributes: formatAttributes(user) }
})

/** Changes a user's attributes, those too that no client may write. */
export const adminUpdateUserAttributes = administrator(
  { ...named, UserAttributes: attributeList },
  (pool, input) => {
    const user = requireUser(pool, input.Username)
    const changes = toAttributes(input.UserAttributes)
    checkMutable(pool.config, changes)
    updateAttributes(pool, user, changes)
    return {}
  },
)

/** Removes attributes from a user. */
export const adminDeleteUserAttributes = administrator(
  { ...named, UserAttributeNames: attributeNames },
  (pool, input) => {
    const user = requireUser(pool, input.Username)
    checkMutable(pool.config, Object.fromEntries(input.UserAttributeNames.map((name) => [name, ""])))
    const left = Object.entries(user.attributes).filter(([name]) => !input.UserAttributeNames.includes(name))
    updateUser(pool, user.username, { attributes: Object.fromEntries(left) })
    return {}
  },
)

/** Keeps a user from signing in and refreshing; tokens that are out stay good until they end. */
export const adminDisableUser = administrator(named, (pool, input) => {
  updateUser(pool, requireUser(pool, input.Username).username, { enabled: false })
  return {}
})

/** Lets a disabled user in again. */
export const adminEnableUser = administrator(named, (pool, input) => {
  updateUser(pool, requireUser(pool, input.Username).username, { enabled: true })
  return {}
})

/** Deletes a user. */
export const adminDeleteUser = administrator(named, (pool, input) => {
  const { username } = requireUser(pool, input.Username)
  pool.users.delete(username)
  revokeUser(pool, username)
  return {}
})

/** Signs a user out everywhere. */
export const adminUserGlobalSignOut = administrator(named, (pool, input) => {
  revokeUser(pool, requireUser(pool, input.Username).username)
  return {}
})
