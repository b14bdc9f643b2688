/**
 * The catalog release that tokens are minted for. Written last, after every authorizer: until they all know the new
 * release, the trigger goes on minting the old one.
 */
import { catalog } from "@claimgate/catalog"
import { httpAuthorizer } from "./authorizers"
import { httpApi } from "./gateways"
import { table } from "./store"

new aws.dynamodb.TableItem(
  "Release",
  {
    tableName: table.name,
    hashKey: "pk",
    rangeKey: "sk",
    // As packages/store/src/record.ts reads it.
    item: JSON.stringify({
      pk: { S: "RELEASE" },
      sk: { S: "STATE" },
      entity: { S: "release" },
      schema: { S: "1" },
      fingerprint: { S: catalog.releases.at(-1)?.fingerprint ?? "" },
    }),
  },
  { dependsOn: [httpAuthorizer, httpApi] },
)
