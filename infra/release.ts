/**
 * The catalog release that tokens are minted for. Written last, when every front door is in place: until they all know
 * the new release, the trigger goes on minting the old one.
 */
import { catalog } from "@claimgate/catalog"
import { frontDoors } from "./gateways.ts"
import { table } from "./store.ts"

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
  // A component would stand for those of its parts only that are declared by now: functions are not among them.
  { dependsOn: frontDoors.flatMap(({ parts }) => [...parts]) },
)
