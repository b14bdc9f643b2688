/** Strategy `claims` on an HTTP API: the token decides, and nobody is asked. Read at load: the binding `Tokens`. */
import { catalog } from "@claimgate/catalog"
import { Resource } from "sst"
import { createAuthorize } from "../authorize.ts"
import { deployed } from "../deployed.ts"
import { createHttpAuthorizer } from "../http.ts"
import { claimSource } from "../source.ts"

export const handler = createHttpAuthorizer(
  createAuthorize({
    ...deployed(Resource.Tokens, { stage: Resource.App.stage, service: "claims-authorizer" }),
    catalog,
    source: claimSource(catalog),
    onDoubt: "refuse",
  }),
)
