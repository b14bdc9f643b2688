/** The DynamoDB client that every function uses: bounded attempts, each with its own time limit. */
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"

/** Milliseconds. Three attempts fit, with back-off, into the two seconds that one call of the store may take. */
const connectionTimeout = 500
const requestTimeout = 600

/** Makes a client over the environment's region and credentials; `config` overrides any of its settings. */
export function createDynamoClient(config: DynamoDBClientConfig = {}): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout, requestTimeout, throwOnRequestTimeout: true },
    ...config,
  })
  return DynamoDBDocumentClient.from(client)
}
