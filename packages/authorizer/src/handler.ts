/** The HTTP API authorizer as it is deployed: bindings and environment are read once, at load. */
import { catalog } from "@claimgate/catalog"
import { ClaimgateError } from "@claimgate/core"
import { Resource } from "sst"
import { type AuthorizeDeps, createAuthorize } from "./authorize.ts"
import { parseTokenConfig } from "./config.ts"
import { fetchKeys } from "./fetch-keys.ts"
import { createHttpAuthorizer } from "./http.ts"
import { createVerify } from "./verify.ts"

const now = () => Date.now()

export const handler = createHttpAuthorizer(
  createAuthorize({
    verify: createVerify(parseTokenConfig(Resource.Tokens), { fetchKeys, now }),
    catalog,
    onDoubt: parseStrategy(process.env.AUTH_STRATEGY),
    log: (entry) => void process.stdout.write(`${JSON.stringify(entry)}\n`),
    now: () => performance.now(),
  }),
)

/** Under `claims` nobody behind the authorizer looks at the store for a token's sake. */
function parseStrategy(strategy: string | undefined): AuthorizeDeps["onDoubt"] {
  if (strategy === "hybrid") return "recheck"
  if (strategy === "claims") return "refuse"
  throw new ClaimgateError(
    "malformed_configuration",
    `AUTH_STRATEGY: expected \`hybrid\` or \`claims\`, got ${JSON.stringify(strategy)}`,
  )
}
