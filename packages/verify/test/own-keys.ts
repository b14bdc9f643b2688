/**
 * A part of a stage's table of one's own: every partition key that goes out gets a prefix, and loses it on its way back.
 * So the store itself runs unchanged over a table that others use, with a change feed, lists and administrators of its
 * own; and whatever cannot be told to stay within the prefix is not sent at all.
 */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb"

/** What tells two items apart. */
export interface ItemKey {
  readonly pk: string
  readonly sk: string
}

export interface OwnKeys {
  readonly table: string
  readonly prefix: string
  /** Told of each key that is about to be written, with its prefix. */
  readonly onWrite: (key: ItemKey) => void
  /** Waits until an index shows what was written; DynamoDB's indexes lag behind. */
  readonly beforeIndex?: () => Promise<void>
}

/** The operations of the store. A Scan would show other people's items, an unknown one nobody knows what. */
const known = /^(BatchGet|Get|Put|Query|TransactGet|TransactWrite|Update)(Item|Items)?Command$/

/** Keeps all that this client sends, and what any document client over it sends, to the prefix. */
export function keepToPrefix(client: DynamoDBClient, own: OwnKeys): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { commandName = "" } = context
      if (!known.test(commandName)) throw new Error(`${commandName}: expected an operation that has keys`)
      const input = outgoing(args.input, own)
      if ("IndexName" in input) await own.beforeIndex?.()
      for (const key of writtenBy(input)) own.onWrite(key)
      const answer = await next({ ...args, input })
      return { ...answer, output: incoming(answer.output, own.prefix) }
    },
    // Before anything else: a document client's values are still plain here, a client's own are `{ S: … }`.
    { step: "initialize", priority: "high", name: "keepToPrefix" },
  )
  return client
}

type Fields = Readonly<Record<string, unknown>>

/** Attributes that begin a key: of the table, and of its index. */
const partitions: ReadonlySet<string> = new Set(["pk", "gsi1pk"])

/** A copy with every partition key prefixed, wherever it stands. Throws where it names another table. */
function outgoing(input: object, { table, prefix }: OwnKeys): Fields {
  const walk = (value: unknown): unknown =>
    mapFields(value, (name, field) => {
      if (name === "TableName" && field !== table) throw new Error("expected the bound table")
      if (name === "RequestItems") return walkTables(field)
      return partitions.has(name) ? prefixed(field, prefix) : walk(field)
    })
  const walkTables = (field: unknown) =>
    mapFields(field, (name, requests) => {
      if (name !== table) throw new Error("expected the bound table")
      return walk(requests)
    })
  // A command's input is an object, and so is its copy.
  const walked = walk(input) as Fields
  return "KeyConditionExpression" in walked ? { ...walked, ...prefixedCondition(walked, prefix) } : walked
}

/** A copy in which every partition key has lost the prefix; one without it is somebody else's, and a fault. */
function incoming(output: unknown, prefix: string): never {
  const walk = (value: unknown): unknown =>
    mapFields(value, (name, field) => (partitions.has(name) ? stripped(field, prefix) : walk(field)))
  // The same shape as before.
  return walk(output) as never
}

/** `#partition = :partition AND …`: the value that the partition is compared with. */
function prefixedCondition(input: Fields, prefix: string): Fields {
  const { KeyConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = input
  const [, left = "", right = ""] = /^(#?\w+) = (:\w+)/.exec(String(KeyConditionExpression)) ?? []
  // DynamoDB's own shapes.
  const names = (ExpressionAttributeNames ?? {}) as Fields
  const values = (ExpressionAttributeValues ?? {}) as Fields
  if (!partitions.has(String(names[left] ?? left)) || !(right in values))
    throw new Error(`${KeyConditionExpression}: expected a condition that begins with the partition`)
  return { ExpressionAttributeValues: { ...values, [right]: prefixed(values[right], prefix) } }
}

/** Keys of items that a Put or an Update writes, alone or in a transaction. */
function writtenBy(input: Fields): readonly ItemKey[] {
  const steps = Array.isArray(input.TransactItems) ? input.TransactItems : [{ Put: input, Update: input }]
  return steps.flatMap(({ Put, Update }) => {
    const isUpdate = Update !== undefined && "UpdateExpression" in Update
    const item = Put?.Item ?? (isUpdate ? Update.Key : undefined)
    return item === undefined ? [] : [{ pk: textOf(item.pk), sk: textOf(item.sk) }]
  })
}

function mapFields(value: unknown, change: (name: string, field: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => mapFields(one, change))
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, change(name, field)]))
}

function prefixed(value: unknown, prefix: string): unknown {
  const text = `${prefix}${textOf(value)}`
  return typeof value === "string" ? text : { S: text }
}

function stripped(value: unknown, prefix: string): unknown {
  const text = textOf(value)
  if (!text.startsWith(prefix)) throw new Error("expected a key with the prefix")
  const rest = text.slice(prefix.length)
  return typeof value === "string" ? rest : { S: rest }
}

/** A text as a document client has it, or as DynamoDB does. */
function textOf(value: unknown): string {
  const text = typeof value === "object" && value !== null && "S" in value ? value.S : value
  if (typeof text !== "string") throw new Error("expected a key that is a text")
  return text
}
