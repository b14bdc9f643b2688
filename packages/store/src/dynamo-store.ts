/** The PermissionStore over one DynamoDB table. */
import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb"
import { ClaimgateError } from "@claimgate/core"
import { memberLabel, roleLabel } from "./conflict.ts"
import { memberAfterDelete, memberAfterPut, roleAfterDelete, roleAfterPut } from "./draft.ts"
import { batchGet, type CallOptions, withinTime } from "./dynamo-call.ts"
import { loadSubject } from "./dynamo-load.ts"
import { writeRecord } from "./dynamo-write.ts"
import { createEntities, type Entities, memberItem, roleItem } from "./entities.ts"
import { feedHeadKey, type ReleaseItem, releaseKey, roleKey, schemaVersion } from "./keys.ts"
import { parseRelease, parseRoleName, parseSubject } from "./names.ts"
import type { Member, PermissionStore, Role, RoleName } from "./port.ts"
import { parseFeedHead, parseMember, parseRole } from "./record.ts"

export interface DynamoStoreOptions {
  /** Its retries should be bounded: createDynamoClient makes such a client. */
  readonly client: DynamoDBDocumentClient | DynamoDBClient
  /** The table's name. */
  readonly table: string
  /** Milliseconds that one call may take, with all its requests and retries; 2,000 if absent. */
  readonly timeLimit?: number
}

/** Makes a store over an existing table (`tableDefinition`). Nothing is sent until it is first called. */
export function createDynamoStore({ client, table, timeLimit = 2000 }: DynamoStoreOptions): PermissionStore {
  const options: CallOptions = { client: documentClient(client), table, timeLimit }
  const entities = createEntities(table)
  // Every method is async, so that a malformed argument is a rejection too.
  return {
    async load(subject, expectedRoles = []) {
      return loadSubject(options, parseSubject(subject), expectedRoles)
    },
    async putMember(draft, version) {
      return writeMember(options, entities, memberAfterPut(draft, version))
    },
    async deleteMember(subject, version) {
      return writeMember(options, entities, memberAfterDelete(subject, version))
    },
    async readRole(name) {
      return readRole(options, parseRoleName(name))
    },
    async putRole(draft, version) {
      return writeRole(options, entities, roleAfterPut(draft, version))
    },
    async deleteRole(name, version) {
      return writeRole(options, entities, roleAfterDelete(name, version))
    },
    async putRelease(fingerprint) {
      return putRelease(options, parseRelease(fingerprint))
    },
    async raiseGeneration() {
      return raiseGeneration(options)
    },
  }
}

function documentClient(client: DynamoDBDocumentClient | DynamoDBClient): DynamoDBDocumentClient {
  return client instanceof DynamoDBDocumentClient ? client : DynamoDBDocumentClient.from(client)
}

function writeMember(options: CallOptions, entities: Entities, next: Member): Promise<Member> {
  return writeRecord(options, {
    label: memberLabel(next.subject),
    next,
    itemOf: (writeId) => memberItem(entities, next, writeId),
    parse: (item) => parseMember(item, next.subject),
  })
}

function writeRole(options: CallOptions, entities: Entities, next: Role): Promise<Role> {
  return writeRecord(options, {
    label: roleLabel(next.name),
    next,
    itemOf: (writeId) => roleItem(entities, next, writeId),
    parse: (item) => parseRole(item, next.name),
  })
}

function readRole(options: CallOptions, name: RoleName): Promise<Role | undefined> {
  return withinTime(options, async (request) => {
    const [item] = await batchGet(options, request, [roleKey(name)])
    return item === undefined ? undefined : parseRole(item, name)
  })
}

function putRelease(options: CallOptions, fingerprint: string): Promise<void> {
  const item: ReleaseItem = { ...releaseKey, entity: "release", schema: schemaVersion, fingerprint }
  return withinTime(options, async (request) => {
    const command = new PutCommand({ TableName: options.table, Item: item })
    await request("PutItem", (sending) => options.client.send(command, sending))
  })
}

function raiseGeneration(options: CallOptions): Promise<number> {
  const command = new UpdateCommand({
    TableName: options.table,
    Key: feedHeadKey,
    // A head of another schema version is left alone.
    ConditionExpression: "attribute_not_exists(pk) OR #schema = :schema",
    UpdateExpression:
      "SET #entity = :entity, #schema = :schema, #number = if_not_exists(#number, :none) ADD #generation :one",
    ExpressionAttributeNames: {
      "#entity": "entity",
      "#schema": "schema",
      "#number": "number",
      "#generation": "generation",
    },
    ExpressionAttributeValues: { ":entity": "feed-head", ":schema": schemaVersion, ":none": 0, ":one": 1 },
    ReturnValues: "ALL_NEW",
  })
  return withinTime(options, async (request) => {
    try {
      const answer = await request("UpdateItem", (sending) => options.client.send(command, sending))
      return parseFeedHead(answer.Attributes).generation
    } catch (cause) {
      if (!(cause instanceof ConditionalCheckFailedException)) throw cause
      throw new ClaimgateError(
        "malformed_record",
        `stored change feed's head: expected schema version \`${schemaVersion}\``,
        { cause },
      )
    }
  })
}
