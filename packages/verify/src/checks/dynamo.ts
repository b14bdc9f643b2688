/** DynamoDB: what transactions refuse, and how; what readers see while one is written. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb"
import { type Check, judge } from "../check.ts"
import { errorOf } from "../error-of.ts"
import type { Lab } from "../lab.ts"

const area = "DynamoDB"

const unread = "nothing depends on it: nobody reads the text"

const mismatchText =
  "IdempotentParameterMismatchException: DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used."

const oversizeText =
  "ValidationException: The aggregate size of the items in the transaction cannot exceed 4 MB"

export const dynamo: readonly Check[] = [
  {
    id: "dynamo-token-mismatch",
    area,
    item: "The text of an IdempotentParameterMismatchException.",
    expected: mismatchText,
    otherwise: unread,
    look: async (lab) => {
      const ClientRequestToken = lab.prefix.slice(-36)
      await transact(lab, [put(lab, "token", "1")], ClientRequestToken)
      const error = await errorOf(transact(lab, [put(lab, "token", "2")], ClientRequestToken))
      const isError = error?.startsWith("IdempotentParameterMismatchException: ") === true
      // Whoever repeats a key for something else must not have it done.
      return judge(error === mismatchText, error ?? "no error", !isError)
    },
  },
  {
    id: "dynamo-4mb",
    area,
    item: "The text of the refusal of a transaction of more than 4 MB.",
    expected: oversizeText,
    otherwise: unread,
    look: async (lab) => {
      const error = await errorOf(
        transact(
          lab,
          elevenOf((name) => put(lab, name, large)),
        ),
      )
      return judge(error === oversizeText, error ?? "no error")
    },
  },
  {
    id: "dynamo-4mb-counts",
    area,
    item: "Items that a transaction only checks count towards the 4 MB.",
    expected: "refused",
    otherwise: "nothing depends on it: no transaction comes near it",
    look: async (lab) => {
      for (const writing of elevenOf((name) => () => write(lab, name, large))) {
        await writing()
        // A partition bears a thousand units a second, and others may be writing to it.
        await lab.pause()
      }
      const error = await errorOf(
        transact(
          lab,
          elevenOf((name) => check(lab, name, "attribute_exists(pk)")),
        ),
      )
      return judge(error === oversizeText, error ?? "not refused")
    },
  },
  {
    id: "dynamo-malformed-value",
    area,
    item: "A malformed value in a transaction refuses the request, and cancels nothing.",
    expected: "ValidationException",
    otherwise: "nothing depends on it: nothing is written in either case",
    look: async (lab) => {
      const { TableName } = lab.scratch()
      const Item = { ...lab.scratch().key("malformed"), value: { N: "no number" } }
      const error = await errorOf(transact(lab, [{ Put: { TableName, Item } }]))
      return judge(
        error?.startsWith("ValidationException") === true,
        error ?? "no error",
        error === undefined,
      )
    },
  },
  {
    id: "dynamo-several-conditions",
    area,
    item: "A cancelled transaction lists the reasons of all conditions that failed.",
    expected: "ConditionalCheckFailed, None, ConditionalCheckFailed",
    otherwise: "nothing depends on it: whatever they are, the items are read and judged again",
    look: async (lab) => {
      const exists = "attribute_exists(pk)"
      const steps = [check(lab, "none-1", exists), put(lab, "some", "1"), check(lab, "none-2", exists)]
      const codes = await transact(lab, steps).then(() => "not cancelled", reasonsOf)
      return judge(
        codes === "ConditionalCheckFailed, None, ConditionalCheckFailed",
        codes,
        codes === "not cancelled",
      )
    },
  },
  {
    id: "dynamo-torn-reads",
    area,
    item: "BatchGetItem and Query may show one item of a transaction before another. They are taken to: a refusal is decided from TransactGetItems.",
    expected: "no TransactGetItems shows one item without the other, whatever BatchGetItem does",
    otherwise: "refusals and conflicts would be judged from states that never were",
    look: async (lab) => {
      const { transaction, batch } = await readInTheMiddle(lab)
      const seen = `torn: ${torn("TransactGetItems", transaction)}; ${torn("BatchGetItem", batch)}`
      // One torn read is enough; that there is none can be told from many alone.
      if (transaction.torn === 0 && transaction.answered < fewestAnswered)
        throw new Error(`${seen}: expected ${fewestAnswered} TransactGetItems to be answered`)
      return judge(transaction.torn === 0, seen, true)
    },
  },
]

/** Bytes of an item's value; eleven of them are more than 4 MB, and one is less than the 400 KB of an item. */
const large = "x".repeat(390 * 1024)

function elevenOf<T>(make: (name: string) => T): readonly T[] {
  return Array.from({ length: 11 }, (_, at) => make(`large-${at}`))
}

async function transact(
  { aws }: Lab,
  TransactItems: readonly TransactWriteItem[],
  ClientRequestToken?: string,
): Promise<void> {
  const token = ClientRequestToken === undefined ? {} : { ClientRequestToken }
  await aws.dynamo.send(new TransactWriteItemsCommand({ TransactItems: [...TransactItems], ...token }))
}

function put(lab: Lab, name: string, value: string): TransactWriteItem {
  const { TableName, key } = lab.scratch()
  return { Put: { TableName, Item: { ...key(name), value: { S: value } } } }
}

function check(lab: Lab, name: string, ConditionExpression: string): TransactWriteItem {
  const { TableName, key } = lab.scratch()
  return { ConditionCheck: { TableName, Key: key(name), ConditionExpression } }
}

async function write(lab: Lab, name: string, value: string): Promise<void> {
  const { TableName, key } = lab.scratch()
  await lab.aws.dynamo.send(new PutItemCommand({ TableName, Item: { ...key(name), value: { S: value } } }))
}

function reasonsOf(fault: unknown): string {
  if (!(fault instanceof TransactionCanceledException)) throw fault
  return (fault.CancellationReasons ?? []).map(({ Code }) => Code ?? "None").join(", ")
}

const fewestAnswered = 20
/** A read that meets a write is refused instead of answered: it takes more rounds than reads. */
const mostRounds = 100
const pair = ["pair-1", "pair-2"] as const

interface Reads {
  /** How many showed both items, or one of them. */
  readonly answered: number
  readonly torn: number
}

function torn(name: string, reads: Reads): string {
  return `${reads.torn} ${name} of ${reads.answered} answered`
}

/** Writes the same text to two items over and over, and reads both in both ways meanwhile. */
async function readInTheMiddle(lab: Lab): Promise<{ readonly transaction: Reads; readonly batch: Reads }> {
  const write = (text: string) =>
    transact(
      lab,
      pair.map((name) => put(lab, name, text)),
    )
  const found: { transaction: readonly Item[]; batch: readonly Item[] }[] = []
  const reads = (way: "transaction" | "batch") => countReads(found.map((round) => round[way]))
  await write("0")
  while (reads("transaction").answered < fewestAnswered && found.length < mostRounds) {
    const [, transaction, batch] = await Promise.all([
      // Who reads both may be in the way of who writes both.
      write(String(found.length + 1)).catch(reasonsOf),
      readTransaction(lab).catch((fault: unknown) => {
        reasonsOf(fault)
        return []
      }),
      readBatch(lab),
    ])
    found.push({ transaction, batch })
  }
  return { transaction: reads("transaction"), batch: reads("batch") }
}

/** Both items are there from the first write on: a read that shows neither was none. */
function countReads(found: readonly (readonly Item[])[]): Reads {
  const answered = found.filter((items) => items.some((item) => item?.value?.S !== undefined))
  return { answered: answered.length, torn: answered.filter(isTorn).length }
}

type Item = Record<string, AttributeValue> | undefined

async function readTransaction(lab: Lab): Promise<readonly Item[]> {
  const { TableName, key } = lab.scratch()
  const TransactItems = pair.map((name) => ({ Get: { TableName, Key: key(name) } }))
  const { Responses = [] } = await lab.aws.dynamo.send(new TransactGetItemsCommand({ TransactItems }))
  return Responses.map(({ Item }) => Item)
}

async function readBatch(lab: Lab): Promise<readonly Item[]> {
  const { TableName, key } = lab.scratch()
  const Keys = pair.map(key)
  const { Responses, UnprocessedKeys } = await lab.aws.dynamo.send(
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
  )
  // An item that was not read is not one that is not there.
  return UnprocessedKeys?.[TableName] === undefined ? (Responses?.[TableName] ?? []) : []
}

/** Whether they are of two moments; one without the other is, too. */
function isTorn(items: readonly Item[]): boolean {
  return items.length !== pair.length || new Set(items.map((item) => item?.value?.S)).size > 1
}
