/** Where permissions are kept; the sample API's data lives in the same table. */
import { changeLifetime } from "./variables.ts"

export const table = new sst.aws.Dynamo("PermissionsTable", {
  fields: { pk: "string", sk: "string", gsi1pk: "string", gsi1sk: "string" },
  primaryIndex: { hashKey: "pk", rangeKey: "sk" },
  globalIndexes: { gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk" } },
  ttl: "expiresAt",
  deletionProtection: $app.stage === "prod",
})

/** Linking a table would grant `dynamodb:*`; this only tells about it, and each function says what it may do. */
export const permissions = new sst.Linkable("Permissions", {
  properties: { name: table.name, changeLifetime },
})
