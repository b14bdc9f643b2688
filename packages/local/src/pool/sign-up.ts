import { type Attributes, checkMutable, checkRequired, checkWritable, toAttributes } from "./attribute.ts"
import { checkSecretHash } from "./client.ts"
import { checkCode, expiredCode, otherCodes, sendCode } from "./code.ts"
import type { AppClient } from "./config.ts"
import { failures } from "./failure.ts"
import { attributeList, field } from "./field.ts"
import { describeDelivery } from "./message.ts"
import { hideOr, named, namedUser, notFound } from "./named-user.ts"
import { anyone } from "./operation.ts"
import { checkPolicy } from "./password.ts"
import type { UserPool } from "./pool.ts"
import type { User } from "./state.ts"
import { addUser, checkAliasFree, findUser, updateUser } from "./user.ts"

/** Lets somebody make an account for themselves; a code to confirm it goes to their email address. */
export const signUp = anyone(
  { ...named, Password: field.password, UserAttributes: attributeList.optional() },
  (pool, input, client) => {
    checkSecretHash(client, input.SecretHash, [input.Username])
    if (pool.config.selfSignUp === false)
      throw failures.notAuthorized("SignUp is not permitted for this user pool")
    const attributes = toAttributes(input.UserAttributes)
    checkSignUp(pool, client, input.Username, attributes)
    checkPolicy(pool.config.passwordPolicy, input.Password)
    const user = addUser(pool, {
      login: input.Username,
      attributes,
      status: "UNCONFIRMED",
      password: input.Password,
      whenTaken: "User already exists",
    })
    const CodeDeliveryDetails = sendCode(pool, user, "SignUp")
    return { UserConfirmed: false, UserSub: user.sub, ...(CodeDeliveryDetails && { CodeDeliveryDetails }) }
  },
)

function checkSignUp(pool: UserPool, client: AppClient, login: string, attributes: Attributes): void {
  checkWritable(pool.config, client, attributes)
  if (attributes.sub !== undefined) checkMutable(pool.config, { sub: attributes.sub })
  const implied = pool.config.usernameAttributes?.includes("email") ? { email: login } : {}
  checkRequired(pool.config, { ...implied, ...attributes })
}

/** Confirms an account by the code that was sent, which also shows that the email address is its owner's. */
export const confirmSignUp = anyone(
  { ...named, ConfirmationCode: field.code, ForceAliasCreation: field.boolean.optional() },
  (pool, input, client) => {
    const user = namedUser(pool, client, input)
    if (user === undefined) throw hideOr(client, expiredCode(), notFound())
    if (!user.enabled) throw failures.disabled()
    if (user.status !== "UNCONFIRMED")
      throw failures.notAuthorized(`User cannot be confirmed. Current status is ${user.status}`)
    checkCode(pool, user, "SignUp", input.ConfirmationCode)
    takeAlias(pool, user, input.ForceAliasCreation === true)
    updateUser(pool, user.username, {
      status: "CONFIRMED",
      attributes: { ...user.attributes, email_verified: "true" },
      codes: otherCodes(user, "SignUp"),
    })
    return {}
  },
)

/** An address is the alias of one user: a second one is refused, or takes it over when that is asked for. */
function takeAlias(pool: UserPool, user: User, force: boolean): void {
  const attributes = { ...user.attributes, email_verified: "true" }
  const owner = force ? findUser(pool, user.attributes.email ?? "") : undefined
  if (owner !== undefined && owner.username !== user.username)
    updateUser(pool, owner.username, { attributes: { ...owner.attributes, email_verified: "false" } })
  checkAliasFree(pool, { username: user.username, attributes })
}

/** Sends the code again, and a new one. */
export const resendConfirmationCode = anyone(named, (pool, input, client) => {
  const user = namedUser(pool, client, input)
  if (user === undefined) {
    if (client.preventUserExistenceErrors !== true) throw notFound()
    return { CodeDeliveryDetails: describeDelivery(input.Username) }
  }
  if (user.status !== "UNCONFIRMED") throw failures.invalidParameter("User is already confirmed.")
  const CodeDeliveryDetails = sendCode(pool, user, "SignUp")
  if (CodeDeliveryDetails === undefined)
    throw failures.invalidParameter("Cannot resend codes. Auto verification not turned on.")
  return { CodeDeliveryDetails }
})
