/**
 * Strategy `cached` on a REST API: the store decides, and the gateway remembers. Read at load: the bindings `Tokens` and
 * `Permissions`, and `POLICY_RESOURCE` as the gateway's plan says.
 */
import { catalog } from "@claimgate/catalog"
import { createDynamoClient, createDynamoStore, parseTableName } from "@claimgate/store"
import { Resource } from "sst"
import { createAuthorize } from "../authorize.ts"
import { deployed } from "../deployed.ts"
import { parsePolicyResource } from "../policy.ts"
import { createRestAuthorizer } from "../rest.ts"
import { storeSource } from "../store-source.ts"

const store = createDynamoStore({
  client: createDynamoClient(),
  table: parseTableName(Resource.Permissions),
})

export const handler = createRestAuthorizer(
  createAuthorize({
    ...deployed(Resource.Tokens, { stage: Resource.App.stage, service: "cached-authorizer" }),
    catalog,
    source: storeSource(catalog, store),
    // The store can always tell.
    onDoubt: "refuse",
  }),
  parsePolicyResource(process.env.POLICY_RESOURCE),
)
