/** Clients of a stage's table and user pool: of AWS with the credentials that `sst shell` gives, or of the stand-ins. */
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import type { Stage } from "./stage.ts"

export interface Aws {
  readonly dynamo: DynamoDBClient
  readonly cognito: CognitoIdentityProviderClient
  /** A further client over the same connections, for whoever changes what it sends; it need not be destroyed. */
  anotherDynamo(): DynamoDBClient
  destroy(): void
}

/** Makes the clients; nothing is sent until one is used. They ask from afar, so they wait longer than functions do. */
export function connect({ region, endpoints }: Stage): Aws {
  const common = { region, maxAttempts: 4, ...(endpoints && { credentials: anyCredentials }) }
  const requestHandler = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true }
  const at = (endpoint: string | undefined) => (endpoint === undefined ? {} : { endpoint })
  const dynamoConfig = { ...common, requestHandler, ...at(endpoints?.dynamodb) }
  const dynamo = new DynamoDBClient(dynamoConfig)
  const cognito = new CognitoIdentityProviderClient({ ...common, requestHandler, ...at(endpoints?.cognito) })
  return {
    ...{ dynamo, cognito },
    anotherDynamo() {
      const { requestHandler, credentials } = dynamo.config
      return new DynamoDBClient({ ...dynamoConfig, requestHandler, credentials })
    },
    destroy() {
      dynamo.destroy()
      cognito.destroy()
    },
  }
}

/** The stand-ins believe any. */
const anyCredentials = { accessKeyId: "local", secretAccessKey: "local" }
