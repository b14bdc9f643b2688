import * as z from "zod"

/**
 * The members of requests, with the constraints of Cognito's service model (its API reference names them)
 * and, as each check's message, the words in which the service states it.
 */
const length = (minimum: number, maximum: number) =>
  z
    .string()
    .min(minimum, `Member must have length greater than or equal to ${minimum}`)
    .max(maximum, `Member must have length less than or equal to ${maximum}`)

const matching = (minimum: number, maximum: number, pattern: string) =>
  length(minimum, maximum).regex(
    new RegExp(`^(?:${pattern})$`, "u"),
    `Member must satisfy regular expression pattern: ${pattern}`,
  )

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: enumMessage(values) })

function enumMessage(values: readonly string[]) {
  const message = `Member must satisfy enum value set: [${values.join(", ")}]`
  return ({ input }: { readonly input?: unknown }) => (typeof input === "string" ? message : undefined)
}

const number = (minimum: number, maximum: number) =>
  z
    .int()
    .min(minimum, `Member must have value greater than or equal to ${minimum}`)
    .max(maximum, `Member must have value less than or equal to ${maximum}`)

const PRINTABLE = "[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"

const stringMap = z.record(z.string().max(131_072), z.string().max(131_072))

/** Schemas of request members by what they hold, not by their names: several members share one. */
export const field = {
  accessToken: matching(0, Number.MAX_SAFE_INTEGER, "[A-Za-z0-9-_=.]+"),
  attributeName: matching(1, 32, PRINTABLE),
  authFlow: oneOf([
    "USER_SRP_AUTH",
    "REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN",
    "CUSTOM_AUTH",
    "ADMIN_NO_SRP_AUTH",
    "USER_PASSWORD_AUTH",
    "ADMIN_USER_PASSWORD_AUTH",
    "USER_AUTH",
  ]),
  boolean: z.boolean(),
  challengeName: oneOf([
    "SMS_MFA",
    "EMAIL_OTP",
    "SOFTWARE_TOKEN_MFA",
    "SELECT_MFA_TYPE",
    "MFA_SETUP",
    "PASSWORD_VERIFIER",
    "CUSTOM_CHALLENGE",
    "SELECT_CHALLENGE",
    "DEVICE_SRP_AUTH",
    "DEVICE_PASSWORD_VERIFIER",
    "ADMIN_NO_SRP_AUTH",
    "NEW_PASSWORD_REQUIRED",
    "SMS_OTP",
    "PASSWORD",
    "WEB_AUTHN",
    "PASSWORD_SRP",
  ]),
  clientId: matching(1, 128, "[\\w+]+"),
  clientSecret: matching(1, 64, "[\\w+]+"),
  code: matching(1, 2_048, "[\\S]+"),
  description: length(0, 2_048),
  filter: length(0, 256),
  groupName: matching(1, 128, PRINTABLE),
  limit: number(0, 60),
  messageAction: oneOf(["RESEND", "SUPPRESS"]),
  pageSize: number(1, 60),
  pageToken: matching(1, 131_072, "[\\S]+"),
  password: matching(0, 256, "^[\\S]+.*[\\S]+$"),
  precedence: number(0, 2_147_483_647),
  roleArn: matching(
    20,
    2_048,
    "arn:[\\w+=/,.@-]+:[\\w+=/,.@-]+:([\\w+=/,.@-]*)?:[0-9]+:[\\w+=/,.@-]+(:[\\w+=/,.@-]+)?(:[\\w+=/,.@-]+)?",
  ),
  secretHash: matching(1, 128, "[\\w+=/]+"),
  session: length(20, 2_048),
  stringMap,
  userPoolId: matching(1, 55, "[\\w-]+_[0-9a-zA-Z]+"),
  username: matching(1, 128, PRINTABLE),
} as const

/** A list of attributes, as SignUp and the update operations take it. */
export const attributeList = z.array(
  z.object({ Name: field.attributeName, Value: length(0, 2_048).optional() }),
)

/** A list of attribute names. */
export const attributeNames = z.array(field.attributeName)
