/** How a user pool is set up, and its app clients. Reads alone. */
import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListUserPoolClientsCommand,
  type UserPoolClientDescription,
  type UserPoolClientType,
  type UserPoolType,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Lab } from "./lab.ts"

export async function describePool({ aws, stage }: Lab): Promise<UserPoolType> {
  const { UserPool } = await aws.cognito.send(new DescribeUserPoolCommand({ UserPoolId: stage.pool.id }))
  if (UserPool === undefined) throw new Error(`user pool \`${stage.pool.id}\`: expected a description`)
  return UserPool
}

/** Every client of the pool by id and name, whoever has made it. */
export async function listClients({ aws, stage }: Lab): Promise<readonly UserPoolClientDescription[]> {
  const clients: UserPoolClientDescription[] = []
  let NextToken: string | undefined
  do {
    const page = await aws.cognito.send(
      new ListUserPoolClientsCommand({ UserPoolId: stage.pool.id, MaxResults: 60, NextToken }),
    )
    clients.push(...(page.UserPoolClients ?? []))
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  return clients
}

/** Rejects with `ResourceNotFoundException` where the pool has no such client. */
export async function describeClient(
  { aws, stage }: Lab,
  ClientId: string | undefined,
): Promise<UserPoolClientType> {
  const { UserPoolClient } = await aws.cognito.send(
    new DescribeUserPoolClientCommand({ UserPoolId: stage.pool.id, ClientId }),
  )
  if (UserPoolClient === undefined) throw new Error(`app client \`${ClientId}\`: expected a description`)
  return UserPoolClient
}
