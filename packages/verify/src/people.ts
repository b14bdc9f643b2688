/** Users of a run's own, who hold what a check needs and are gone afterwards. */
import { randomBytes } from "node:crypto"
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminSetUserPasswordCommand,
  InitiateAuthCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb"
import { memberKey, schemaVersion } from "@claimgate/store/keys"
import type { Aws } from "./aws.ts"
import type { Cleanup } from "./cleanup.ts"
import type { Secrets } from "./secrets.ts"
import type { Stage } from "./stage.ts"

export interface Person {
  readonly subject: string
  readonly username: string
  readonly password: string
}

/** Tokens of one sign-in. */
export interface Session {
  /** The one that the stage's authorizers take. */
  readonly token: string
  readonly refresh: string
  /** When it was asked for, in milliseconds since 1970, by this machine's clock. */
  readonly asked: number
}

export interface PeopleDeps {
  readonly stage: Stage
  readonly aws: Pick<Aws, "cognito" | "dynamo">
  readonly cleanup: Cleanup
  readonly secrets: Secrets
  /** Begins the names of all that this run makes. */
  readonly prefix: string
  readonly now: () => number
}

export interface People {
  /** Makes a user with a password; the name is `prefix`, `name` and a domain that has no mail. */
  create(name: string, permissions: readonly string[]): Promise<Person>
  /** Through the stage's web client, or another one of the pool. */
  signIn(person: Pick<Person, "username" | "password">, clientId?: string): Promise<Session>
}

export function createPeople(deps: PeopleDeps): People {
  const { stage, aws, cleanup, secrets, prefix } = deps
  return {
    async create(name, permissions) {
      const username = `${prefix}-${name}@example.com`
      const user = { UserPoolId: stage.pool.id, Username: username }
      cleanup.add(`user \`${username}\``, () => removeUser(aws, user))
      const password = secrets.keep(`Aa1-${randomBytes(18).toString("base64url")}`)
      const UserAttributes = [
        { Name: "email", Value: username },
        { Name: "email_verified", Value: "true" },
      ]
      const { User } = await aws.cognito.send(
        new AdminCreateUserCommand({ ...user, UserAttributes, MessageAction: "SUPPRESS" }),
      )
      const subject = User?.Attributes?.find((attribute) => attribute.Name === "sub")?.Value
      if (subject === undefined) throw new Error(`user \`${username}\`: expected a sub`)
      const Password = { Password: password, Permanent: true }
      await aws.cognito.send(new AdminSetUserPasswordCommand({ ...user, ...Password }))
      await grant(deps, subject, permissions)
      return { subject, username, password }
    },
    signIn: (person, clientId = stage.pool.webClientId) => signIn(deps, person, clientId),
  }
}

async function removeUser(
  { cognito }: Pick<Aws, "cognito">,
  user: { readonly UserPoolId: string; readonly Username: string },
): Promise<void> {
  await cognito.send(new AdminDeleteUserCommand(user)).catch((fault: unknown) => {
    if (!(fault instanceof Error && fault.name === "UserNotFoundException")) throw fault
  })
}

/**
 * Writes the member's item and nothing else: the change feed need not tell of a subject that nobody has a token of, and
 * a change could not be taken away again without leaving a gap.
 */
async function grant(
  { stage: { table }, aws, cleanup, prefix }: PeopleDeps,
  subject: string,
  permissions: readonly string[],
): Promise<void> {
  const { pk, sk } = memberKey(subject)
  const item = { TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }
  cleanup.add(`item \`${pk}\``, () => removeOwn(aws, item, prefix))
  const Item = {
    ...item.Key,
    entity: { S: "member" },
    schema: { S: schemaVersion },
    subject: { S: subject },
    roles: { L: [] },
    permissions: { L: permissions.map((permission) => ({ S: permission })) },
    disabled: { BOOL: false },
    deleted: { BOOL: false },
    version: { N: "1" },
    madeBy: { S: prefix },
  }
  // A subject that is known already is nobody's to try things with.
  const ConditionExpression = "attribute_not_exists(pk)"
  await aws.dynamo.send(new PutItemCommand({ TableName: table, Item, ConditionExpression }))
}

/** Whatever is there that this run has not made stays. */
async function removeOwn(
  { dynamo }: Pick<Aws, "dynamo">,
  item: Pick<DeleteItemCommandInput, "TableName" | "Key">,
  prefix: string,
): Promise<void> {
  const made = {
    ConditionExpression: "madeBy = :prefix",
    ExpressionAttributeValues: { ":prefix": { S: prefix } },
  }
  await dynamo.send(new DeleteItemCommand({ ...item, ...made })).catch((fault: unknown) => {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault
  })
}

async function signIn(
  { stage, aws, secrets, now }: PeopleDeps,
  { username, password }: Pick<Person, "username" | "password">,
  ClientId: string,
): Promise<Session> {
  const asked = now()
  const AuthParameters = { USERNAME: username, PASSWORD: password }
  const { AuthenticationResult: result } = await aws.cognito.send(
    new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }),
  )
  const all = [result?.AccessToken, result?.IdToken, result?.RefreshToken].map((one) =>
    secrets.keep(one ?? ""),
  )
  const [access = "", id = "", refresh = ""] = all
  return { token: stage.tokens.tokenUse === "id" ? id : access, refresh, asked }
}
