import { checkMutable, checkWritable, formatAttributes, mayRead, toAttributes } from "./attribute.ts"
import { checkSecret } from "./client.ts"
import { checkCode, otherCodes, sendCode } from "./code.ts"
import { CognitoFailure, failures } from "./failure.ts"
import { attributeList, field } from "./field.ts"
import { anyone, signedIn } from "./operation.ts"
import { checkPolicy } from "./password.ts"
import { findSignIn, revokeSignIn, revokeUser } from "./sign-in.ts"
import { checkAliasFree, hasPassword, keepPassword, updateAttributes, updateUser } from "./user.ts"

/** Shows users their own attributes, as far as the client may read them. */
export const getUser = signedIn({}, (_pool, _input, { user, client }) => ({
  Username: user.username,
  UserAttributes: formatAttributes(user, (name) => mayRead(client, name)),
}))

/**
 * Lets users change the attributes that the client may
 * write. A new email address has to be verified by a code.
 */
export const updateUserAttributes = signedIn({ UserAttributes: attributeList }, (pool, input, caller) => {
  const changes = toAttributes(input.UserAttributes)
  checkWritable(pool.config, caller.client, changes)
  checkMutable(pool.config, changes)
  const changed = updateAttributes(pool, caller.user, changes)
  const isNewEmail = changed.attributes.email !== caller.user.attributes.email
  const delivery = isNewEmail ? sendCode(pool, changed, "VerifyEmail") : undefined
  return { CodeDeliveryDetailsList: delivery === undefined ? [] : [delivery] }
})

/** Sends a user a code to verify the email address with. */
export const getUserAttributeVerificationCode = signedIn(
  { AttributeName: field.attributeName },
  (pool, input, { user }) => {
    checkVerifiable(input.AttributeName)
    const CodeDeliveryDetails = sendCode(pool, user, "VerifyEmail")
    if (CodeDeliveryDetails === undefined)
      throw failures.invalidParameter("User does not have delivery config set to turn on verification")
    return { CodeDeliveryDetails }
  },
)

/** Marks a user's email address verified by the code that was sent there. */
export const verifyUserAttribute = signedIn(
  { AttributeName: field.attributeName, Code: field.code },
  (pool, input, { user }) => {
    checkVerifiable(input.AttributeName)
    checkCode(pool, user, "VerifyEmail", input.Code)
    const attributes = { ...user.attributes, email_verified: "true" }
    checkAliasFree(pool, { username: user.username, attributes })
    updateUser(pool, user.username, { attributes, codes: otherCodes(user, "VerifyEmail") })
    return {}
  },
)

function checkVerifiable(name: string): void {
  if (name !== "email") throw failures.invalidParameter(`Attribute ${name} can not be verified`)
}

/** Lets users set a new password who know the old one. */
export const changePassword = signedIn(
  { PreviousPassword: field.password, ProposedPassword: field.password },
  (pool, input, { user }) => {
    if (!hasPassword(pool, user, input.PreviousPassword)) throw failures.badCredentials()
    checkPolicy(pool.config.passwordPolicy, input.ProposedPassword)
    updateUser(pool, user.username, { password: keepPassword(pool, user.username, input.ProposedPassword) })
    return {}
  },
)

/** Lets users delete their own account. */
export const deleteUser = signedIn({}, (pool, _input, { user }) => {
  pool.users.delete(user.username)
  revokeUser(pool, user.username)
  return {}
})

/** Signs a user out everywhere. */
export const globalSignOut = signedIn({}, (pool, _input, { user }) => {
  revokeUser(pool, user.username)
  return {}
})

/** Revokes a refresh token and the access tokens that came with it. */
export const revokeToken = anyone(
  { Token: field.accessToken, ClientSecret: field.clientSecret.optional() },
  (pool, input, client) => {
    checkSecret(client, input.ClientSecret)
    if (input.Token.split(".").length === 3)
      throw new CognitoFailure("UnsupportedTokenTypeException", "Token type is not supported.")
    const signIn = findSignIn(pool, input.Token)
    if (signIn === undefined) throw failures.invalidParameter("Invalid Refresh Token")
    if (signIn.clientId !== client.id)
      throw new CognitoFailure("UnauthorizedException", "Refresh token belongs to a different client.")
    revokeSignIn(pool, signIn)
    return {}
  },
)
