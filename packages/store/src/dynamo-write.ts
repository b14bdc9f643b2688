/** Writing a member or role: what is put, on which condition, and what a failed condition means. */
import { randomUUID } from "node:crypto"
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb"
import { PutCommand, type PutCommandInput } from "@aws-sdk/lib-dynamodb"
import { conflict, refusalOf, type Versioned } from "./conflict.ts"
import { batchGet, type CallOptions, type Item, withinTime } from "./dynamo-call.ts"
import type { VersionedItem } from "./keys.ts"

/** A record that is about to be stored, and how to read the one that is there instead. */
export interface Write<T extends Versioned> {
  /** Names the record in messages. */
  readonly label: string
  readonly next: T
  readonly itemOf: (writeId: string) => VersionedItem
  readonly parse: (item: Item) => T
}

/**
 * Stores a record over the version before it. Throws `conflict`, for a tombstone also `not_found`, and
 * `dependency_failed`, after which nobody can say whether it was stored.
 */
export async function writeRecord<T extends Versioned>(options: CallOptions, write: Write<T>): Promise<T> {
  const item = write.itemOf(randomUUID())
  return withinTime(options, async (request) => {
    try {
      const input = assembleWrite(options.table, item)
      await request("PutItem", (sending) => options.client.send(new PutCommand(input), sending))
      return write.next
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error
      const [current] = await batchGet(options, request, [{ pk: item.pk, sk: item.sk }])
      // The SDK repeats a request whose answer got lost; the repetition then finds what the first one wrote.
      if (current?.writeId === item.writeId) return write.next
      throw refusalFor(write, current)
    }
  })
}

/**
 * INVARIANT: every write of a member or role is assembled here, so that the record and its condition, and whatever
 * has to be stored in the same transaction, cannot be written apart.
 */
function assembleWrite(table: string, item: VersionedItem): PutCommandInput {
  return { TableName: table, Item: item, ...conditionOn(item) }
}

/** Only over the version before; a first version only where nothing is; a tombstone only over a live record. */
function conditionOn({ version, deleted }: Versioned) {
  if (version === 1 && !deleted) return { ConditionExpression: "attribute_not_exists(pk)" }
  const over = {
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: { ":over": version - 1 },
  }
  if (!deleted) return { ConditionExpression: "#version = :over", ...over }
  return {
    ConditionExpression: "#version = :over AND #deleted = :live",
    ExpressionAttributeNames: { ...over.ExpressionAttributeNames, "#deleted": "deleted" },
    ExpressionAttributeValues: { ...over.ExpressionAttributeValues, ":live": false },
  }
}

function refusalFor<T extends Versioned>({ label, next, parse }: Write<T>, item: Item | undefined) {
  const current = item === undefined ? undefined : parse(item)
  // Versions only grow, so what was refused once stays refused.
  return refusalOf(label, current, next) ?? conflict(label, current?.version ?? 0, next.version - 1)
}
