/** A token that the pool has signed for an app client that the API does not know. */
import {
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Lab } from "./lab.ts"
import { listClients } from "./user-pool.ts"

/** Makes the client and signs in through it; undefined where the pool makes none, as the local one. */
export async function foreignToken(lab: Lab): Promise<string | undefined> {
  const { aws, stage, prefix, cleanup, people } = lab
  const UserPoolId = stage.pool.id
  const command = new CreateUserPoolClientCommand({
    ...{ UserPoolId, ClientName: prefix, ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] },
    WriteAttributes: ["email", "name"],
  })
  cleanup.add(`app clients \`${prefix}\``, () => removeClients(lab))
  const made = await aws.cognito.send(command).catch((fault: unknown) => {
    if (fault instanceof Error && fault.name === "UnknownOperationException") return undefined
    throw fault
  })
  const ClientId = made?.UserPoolClient?.ClientId
  if (ClientId === undefined) return undefined
  return (await people.signIn(await lab.someone(), ClientId)).token
}

/** By the run's name: an answer that was lost told no id, and a repeated request has made a second one. */
async function removeClients(lab: Lab): Promise<void> {
  const { aws, stage, prefix } = lab
  for (const { ClientName, ClientId } of await listClients(lab))
    if (ClientName === prefix)
      await aws.cognito.send(new DeleteUserPoolClientCommand({ UserPoolId: stage.pool.id, ClientId }))
}
