/** A token that the pool has signed for an app client that the API does not know. */
import {
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Lab } from "./lab.ts"

/** Makes the client and signs in through it; undefined where the pool makes none, as the local one. */
export async function foreignToken(lab: Lab): Promise<string | undefined> {
  const { aws, stage, prefix, cleanup, people } = lab
  const UserPoolId = stage.pool.id
  const command = new CreateUserPoolClientCommand({
    ...{ UserPoolId, ClientName: prefix, ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] },
    WriteAttributes: ["email", "name"],
  })
  const made = await aws.cognito.send(command).catch((fault: unknown) => {
    if (fault instanceof Error && fault.name === "UnknownOperationException") return undefined
    throw fault
  })
  const ClientId = made?.UserPoolClient?.ClientId
  if (ClientId === undefined) return undefined
  cleanup.add(`app client \`${prefix}\``, async () => {
    await aws.cognito.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }))
  })
  return (await people.signIn(await lab.someone(), ClientId)).token
}
