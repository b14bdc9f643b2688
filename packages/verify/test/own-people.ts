/** People of the tests' own in a stage's user pool, with a password each that nobody is told. */
import { randomBytes } from "node:crypto"
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminSetUserPasswordCommand,
  InitiateAuthCommand,
  ListUsersCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Aws } from "../src/aws.ts"
import type { Stage } from "../src/stage.ts"

export interface Tokens {
  readonly access: string
  readonly id: string
}

export interface Person {
  /** The `sub`. */
  readonly subject: string
  signIn(): Promise<Tokens>
}

export interface OwnPeople {
  /** Makes one who can sign in; no mail goes out. */
  add(): Promise<Person>
  /** Deletes all of them. */
  remove(): Promise<void>
  /** How many are in the pool. */
  count(): Promise<number>
}

/** `run` begins their e-mail addresses, in a domain that nobody can have. */
export function createOwnPeople({ pool }: Stage, { cognito }: Aws, run: string): OwnPeople {
  const emails = new Set<string>()
  return {
    async add() {
      const email = `${run}-${emails.size}@example.com`
      // Within any policy of a pool: every class of characters, and long.
      const password = `Aa1!${randomBytes(18).toString("base64url")}`
      // Before it is made: an answer that is lost leaves nobody behind.
      emails.add(email)
      const user = { UserPoolId: pool.id, Username: email }
      const UserAttributes = [
        { Name: "email", Value: email },
        { Name: "email_verified", Value: "true" },
      ]
      const made = await cognito.send(
        new AdminCreateUserCommand({ ...user, UserAttributes, MessageAction: "SUPPRESS" }),
      )
      await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }))
      const subject = made.User?.Attributes?.find(({ Name }) => Name === "sub")?.Value
      if (subject === undefined) throw new Error("user pool: expected a new user to have a `sub`")
      return { subject, signIn: () => signIn(email, password) }
    },
    async remove() {
      for (const email of emails)
        await cognito
          .send(new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: email }))
          .catch((fault: Error) => {
            if (fault.name !== "UserNotFoundException") throw fault
          })
    },
    async count() {
      const Filter = `email ^= "${run}-"`
      const { Users = [] } = await cognito.send(new ListUsersCommand({ UserPoolId: pool.id, Filter }))
      return Users.length
    },
  }

  async function signIn(email: string, password: string): Promise<Tokens> {
    const { AuthenticationResult } = await cognito.send(
      new InitiateAuthCommand({
        ClientId: pool.webClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: email, PASSWORD: password },
      }),
    )
    const { AccessToken, IdToken } = AuthenticationResult ?? {}
    if (AccessToken === undefined || IdToken === undefined)
      throw new Error("user pool: expected tokens for a user with a password of its own")
    return { access: AccessToken, id: IdToken }
  }
}
