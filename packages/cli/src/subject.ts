/** Whom a command is about: a subject as it is, or an e-mail address that the user pool knows. */
import { ClaimgateError, quote } from "@claimgate/core"
import { cognitoOptions } from "./session.ts"
import type { Target } from "./target.ts"

/** The `sub` of whoever has this address; anything else is a subject already. Throws `not_found`. */
export async function findSubject(target: Target, text: string): Promise<string> {
  if (!/^[^@\s"]+@[^@\s"]+$/.test(text)) return text
  const { CognitoIdentityProviderClient, ListUsersCommand } = await import(
    "@aws-sdk/client-cognito-identity-provider"
  )
  const client = new CognitoIdentityProviderClient(cognitoOptions(target))
  const search = { UserPoolId: target.userPoolId, Filter: `email = "${text}"`, Limit: 2 }
  const { Users = [] } = await client.send(new ListUsersCommand(search)).catch((cause) => {
    const name = cause instanceof Error ? cause.name : ""
    throw new ClaimgateError(
      "dependency_failed",
      `user pool: could not be asked for ${quote(text)}: ${name}`,
      { cause },
    )
  })
  const subs = Users.map(({ Attributes = [] }) => Attributes.find(({ Name }) => Name === "sub")?.Value)
  const [sub, second] = subs
  if (second !== undefined)
    throw new ClaimgateError(
      "malformed_input",
      `${quote(text)}: several users have this address, expected a subject`,
    )
  if (sub === undefined)
    throw new ClaimgateError("not_found", `${quote(text)}: no user of the pool has this address`)
  return sub
}
