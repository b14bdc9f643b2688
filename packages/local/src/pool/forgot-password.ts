import { checkCode, expiredCode, otherCodes, sendCode } from "./code.ts"
import { failures } from "./failure.ts"
import { field } from "./field.ts"
import { describeDelivery } from "./message.ts"
import { hideOr, named, namedUser, notFound } from "./named-user.ts"
import { anyone } from "./operation.ts"
import { checkPolicy } from "./password.ts"
import { keepPassword, updateUser } from "./user.ts"

/** Starts to reset a forgotten password: a code goes to the verified email address. */
export const forgotPassword = anyone(named, (pool, input, client) => {
  const user = namedUser(pool, client, input)
  if (user === undefined || (!user.enabled && client.preventUserExistenceErrors)) {
    if (client.preventUserExistenceErrors !== true) throw notFound()
    return { CodeDeliveryDetails: describeDelivery(input.Username) }
  }
  if (!user.enabled) throw failures.disabled()
  if (user.status === "FORCE_CHANGE_PASSWORD")
    throw failures.notAuthorized("User password cannot be reset in the current state.")
  const isReachable = user.attributes.email_verified === "true"
  const CodeDeliveryDetails = isReachable ? sendCode(pool, user, "ForgotPassword") : undefined
  if (CodeDeliveryDetails === undefined)
    throw failures.invalidParameter(
      "Cannot reset password for the user as there is no registered/verified email or phone_number",
    )
  return { CodeDeliveryDetails }
})

/** Sets a new password by the code that ForgotPassword sent. */
export const confirmForgotPassword = anyone(
  { ...named, ConfirmationCode: field.code, Password: field.password },
  (pool, input, client) => {
    const user = namedUser(pool, client, input)
    if (user === undefined) throw hideOr(client, expiredCode(), notFound())
    if (!user.enabled) throw failures.disabled()
    checkCode(pool, user, "ForgotPassword", input.ConfirmationCode)
    checkPolicy(pool.config.passwordPolicy, input.Password)
    updateUser(pool, user.username, {
      status: "CONFIRMED",
      password: keepPassword(pool, user.username, input.Password),
      codes: otherCodes(user, "ForgotPassword"),
    })
    return {}
  },
)
