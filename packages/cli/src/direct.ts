/** A stage's table itself, opened with its own AWS credentials, and the identity under which the audit has it. */
import { createDynamoClient, createDynamoStore, type PermissionStore } from "@claimgate/store"
import { findAwsIdentity } from "./aws-identity.ts"
import type { Setting } from "./setting.ts"
import type { Target } from "./target.ts"

export interface Direct {
  readonly store: PermissionStore
  /** `aws:` and the ARN; `aws:local` on this machine. */
  readonly identity: string
}

/** Opens the table. Throws `dependency_failed` where AWS does not say who is asking. */
export async function openDirect(
  { table, region, endpoints }: Target,
  { fetch, now }: Pick<Setting, "fetch" | "now">,
): Promise<Direct> {
  const options = endpoints === undefined ? { region } : { region, ...standIn(endpoints.dynamodb) }
  const client = createDynamoClient(options)
  const store = createDynamoStore({ client, table })
  if (endpoints !== undefined) return { store, identity: "aws:local" }
  const credentials = () => client.config.credentials()
  return { store, identity: `aws:${await findAwsIdentity({ region, credentials, fetch, now })}` }
}

/** The stand-in takes any credentials. */
function standIn(endpoint: string) {
  return { endpoint, credentials: { accessKeyId: "local", secretAccessKey: "local" } }
}
