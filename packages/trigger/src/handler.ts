/** The trigger as it is deployed: bindings and environment are read once, at load, and must be complete. */
import { catalog } from "@claimgate/catalog"
import { type ClaimForm, ClaimgateError, createLineWriter, quote } from "@claimgate/core"
import { createDynamoClient, createDynamoStore, parseTableName } from "@claimgate/store"
import { Resource } from "sst"
import { lineOf } from "./log.ts"
import { createPreToken } from "./pre-token.ts"

const source = { stage: Resource.App.stage, service: "trigger" }

const writeLine = createLineWriter(process.stdout)

export const handler = createPreToken({
  store: createDynamoStore({
    client: createDynamoClient(),
    table: parseTableName(Resource.Permissions),
  }),
  catalog,
  form: parseForm(process.env.CLAIM_FORM ?? "packed"),
  now: () => performance.now(),
  log: (entry) => writeLine(lineOf(entry, source)),
})

function parseForm(form: string): ClaimForm {
  if (form === "packed" || form === "plain") return form
  throw new ClaimgateError(
    "malformed_configuration",
    `CLAIM_FORM: expected \`packed\` or \`plain\`, got ${quote(form)}`,
  )
}
