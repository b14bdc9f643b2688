/** One change of the feed, read strictly from DynamoDB's JSON: nobody decides by an item that cannot be read. */
import { ClaimgateError } from "@claimgate/core"
import { type ChangeItem, changeKey, schemaVersion } from "@claimgate/store/keys"

/** That a member or role has a new version, or that the generation was raised. */
export type Change = Pick<ChangeItem, "number" | "kind" | "name" | "version" | "at" | "expiresAt">

/** Reads an item as a Query answers it. Throws `malformed_record`, naming the field. */
export function parseChange(item: unknown): Change {
  const number = count(item, "number")
  const { pk, sk } = changeKey(number)
  expectText(item, { pk, sk, entity: "change", schema: schemaVersion })
  const kind = text(item, "kind")
  if (kind !== "member" && kind !== "role" && kind !== "generation") throw bad("kind")
  const name = text(item, "name")
  if ((name === "") !== (kind === "generation")) throw bad("name")
  return {
    number,
    kind,
    name,
    version: count(item, "version"),
    at: count(item, "at"),
    expiresAt: count(item, "expiresAt"),
  }
}

/** The number in a key of the feed. Throws `malformed_record`. */
export function parseChangeKey(key: unknown): number {
  const number = Number(text(key, "sk"))
  expectText(key, { ...changeKey(number) })
  return number
}

function expectText(item: unknown, expected: Readonly<Record<string, string>>): void {
  for (const [field, value] of Object.entries(expected)) if (text(item, field) !== value) throw bad(field)
}

function text(item: unknown, field: string): string {
  const value = attribute(item, field, "S")
  if (typeof value !== "string") throw bad(field)
  return value
}

/** A whole number from 1 that JavaScript can hold; DynamoDB sends numbers as text. */
function count(item: unknown, field: string): number {
  const value = attribute(item, field, "N")
  if (typeof value !== "string" || !/^[1-9]\d{0,15}$/.test(value) || !Number.isSafeInteger(+value))
    throw bad(field)
  return Number(value)
}

/** What stands under `{ field: { type: … } }`. */
function attribute(item: unknown, field: string, type: "S" | "N"): unknown {
  // Anything but null and undefined can be read by name; what is found is looked at.
  const value = (item as Record<string, Record<string, unknown> | null | undefined> | null)?.[field]
  return value?.[type]
}

function bad(field: string): ClaimgateError {
  return new ClaimgateError("malformed_record", `change feed: ${field}: expected what the store writes there`)
}
