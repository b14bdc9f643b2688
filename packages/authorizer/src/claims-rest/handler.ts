/**
 * Strategy `claims` on a REST API: the token decides, and nobody is asked. Read at load: the binding `Tokens`, and
 * `POLICY_RESOURCE` as the gateway's plan says.
 */
import { catalog } from "@claimgate/catalog"
import { Resource } from "sst"
import { createAuthorize } from "../authorize.ts"
import { deployed } from "../deployed.ts"
import { parsePolicyResource } from "../policy.ts"
import { createRestAuthorizer } from "../rest.ts"
import { claimSource } from "../source.ts"

export const handler = createRestAuthorizer(
  createAuthorize({
    ...deployed(Resource.Tokens, { stage: Resource.App.stage, service: "claims-rest-authorizer" }),
    catalog,
    source: claimSource(catalog),
    onDoubt: "refuse",
  }),
  parsePolicyResource(process.env.POLICY_RESOURCE),
)
