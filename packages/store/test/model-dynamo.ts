/**
 * DynamoDB as a model: what the store asks of it, in memory, one step at a time, so that a test can decide the order of
 * steps. That it does what DynamoDB does is shown by the contract, which a store over it has to meet.
 */
import { ConditionalCheckFailedException, TransactionCanceledException } from "@aws-sdk/client-dynamodb"
import {
  type BatchGetCommandInput,
  DynamoDBDocumentClient,
  type PutCommandInput,
  type QueryCommandInput,
  type TransactGetCommandInput,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb"

/** Never changed: what is written takes its place. */
export type Item = Readonly<Record<string, unknown>>
export type Items = Map<string, Item>

/** One step that happens at once, and the keys of the items that it looks at. */
export interface Step<T = unknown> {
  readonly keys: readonly string[]
  readonly writes: boolean
  /** Whether it can happen by now; always, if absent. */
  readonly enabled?: () => boolean
  readonly run: () => T
}

/** Decides when a step happens; `run` has then been called. */
export type Schedule = <T>(step: Step<T>) => Promise<T>

/** Takes a condition, or a whole step, out of a transaction: how a store without it would be. */
export type Mutation = (step: WriteStep) => WriteStep | undefined

/** What a client works on. */
export interface ModelPlace {
  readonly items: Items
  readonly schedule: Schedule
  readonly mutate?: Mutation | undefined
}

/** An item's key as text. */
export function keyOf({ pk, sk }: Item): string {
  return `${pk} ${sk}`
}

/**
 * Makes a client whose requests happen on the items that `place` names at that moment, when its schedule says so.
 * BatchGetItem and Query are no snapshots: a batch is a step for each item. Nothing of the SDK runs but its commands.
 */
export function createModelClient(place: () => ModelPlace): DynamoDBDocumentClient {
  const send = async ({ input }: { readonly input: Input }) => {
    const { items, schedule, mutate } = place()
    return answer(items, schedule, mutate === undefined ? input : mutated(input, mutate))
  }
  return Object.assign(Object.create(DynamoDBDocumentClient.prototype), { send })
}

type Input = Partial<BatchGetCommandInput & Omit<QueryCommandInput, "TableName"> & PutCommandInput> & {
  readonly TransactItems?:
    | TransactWriteCommandInput["TransactItems"]
    | TransactGetCommandInput["TransactItems"]
}

function mutated(input: Input, mutate: Mutation): Input {
  const { TransactItems } = input
  if (TransactItems === undefined || TransactItems.some((step) => "Get" in step)) return input
  const steps = (TransactItems as WriteStep[]).map(mutate).filter((step) => step !== undefined)
  return { ...input, TransactItems: steps }
}

async function answer(items: Items, schedule: Schedule, input: Input): Promise<object> {
  if (input.RequestItems !== undefined) return batchGet(items, schedule, input.RequestItems)
  if (input.TransactItems !== undefined) return transact(items, schedule, input.TransactItems)
  if (input.KeyConditionExpression !== undefined)
    return schedule({ keys: [], writes: false, run: () => query(items, input as QueryCommandInput) })
  const put = input as PutCommandInput
  return schedule({ keys: [keyOf(put.Item!)], writes: true, run: () => putOne(items, put) })
}

async function batchGet(
  items: Items,
  schedule: Schedule,
  requested: NonNullable<BatchGetCommandInput["RequestItems"]>,
) {
  const [[table = "", { Keys = [] } = {}] = []] = Object.entries(requested)
  const found = await Promise.all(
    Keys.map((key) => schedule({ keys: [keyOf(key)], writes: false, run: () => items.get(keyOf(key)) })),
  )
  return { Responses: { [table]: found.filter((item) => item !== undefined) } }
}

function transact(
  items: Items,
  schedule: Schedule,
  steps: NonNullable<Input["TransactItems"]>,
): Promise<object> {
  const keys = steps.map((step) => keyOf(targetOf(step as WriteStep)))
  if (steps.every((step) => "Get" in step))
    return schedule({
      ...{ keys, writes: false },
      run: () => ({ Responses: keys.map((key) => ({ Item: items.get(key) })) }),
    })
  return schedule({ keys, writes: true, run: () => transactWrite(items, steps as WriteStep[]) })
}

/** One write of a transaction. */
export type WriteStep = NonNullable<TransactWriteCommandInput["TransactItems"]>[number] & {
  readonly Get?: { readonly Key?: Item }
}

/** The item that a step is about, or its key. */
export function targetOf({ Put, Update, ConditionCheck, Get }: WriteStep): Item {
  return (Put?.Item ?? Update?.Key ?? ConditionCheck?.Key ?? Get?.Key)!
}

function transactWrite(items: Items, steps: readonly WriteStep[]): object {
  const reasons = steps.map((step) => {
    const conditional = (step.Put ?? step.Update ?? step.ConditionCheck)!
    return { Code: holds(items.get(keyOf(targetOf(step))), conditional) ? "None" : "ConditionalCheckFailed" }
  })
  if (reasons.some(({ Code }) => Code !== "None"))
    throw new TransactionCanceledException({ message: "", $metadata: {}, CancellationReasons: reasons })
  for (const step of steps) {
    const key = keyOf(targetOf(step))
    if (step.Put) items.set(key, step.Put.Item!)
    if (step.Update) items.set(key, updated({ ...items.get(key), ...step.Update.Key }, step.Update))
  }
  return {}
}

function putOne(items: Items, put: PutCommandInput): object {
  if (!holds(items.get(keyOf(put.Item!)), put))
    throw new ConditionalCheckFailedException({ message: "", $metadata: {} })
  items.set(keyOf(put.Item!), put.Item!)
  return {}
}

interface Conditional {
  readonly ConditionExpression?: string | undefined
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined
  readonly ExpressionAttributeValues?: Item | undefined
}

/** `a = :x`, `a <= :x`, `a > :x` and `attribute_not_exists(a)`, joined by all AND or all OR. */
function holds(item: Item | undefined, { ConditionExpression: text, ...names }: Conditional): boolean {
  if (text === undefined) return true
  const met = text.split(/ (?:AND|OR) /).map((term) => termHolds(item, term, names))
  return text.includes(" OR ") ? met.includes(true) : !met.includes(false)
}

function termHolds(
  item: Item | undefined,
  term: string,
  names: Omit<Conditional, "ConditionExpression">,
): boolean {
  const absent = /^attribute_not_exists\((\w+)\)$/.exec(term)?.[1]
  if (absent !== undefined) return item?.[absent] === undefined
  const [, name = "", operator, parameter = ""] = /^(#\w+) (=|<=|>) (:\w+)$/.exec(term) ?? []
  const found = item?.[names.ExpressionAttributeNames?.[name] ?? ""]
  const value = names.ExpressionAttributeValues?.[parameter]
  if (operator === "=") return found === value
  if (typeof found !== "number" || typeof value !== "number") return false
  return operator === "<=" ? found <= value : found > value
}

/** `SET #a = :x, …` or `REMOVE #a, …`. */
function updated(
  item: Item,
  { UpdateExpression = "", ...names }: Conditional & { UpdateExpression?: string | undefined },
) {
  const [, verb, rest = ""] = /^(SET|REMOVE) (.*)$/.exec(UpdateExpression) ?? []
  const changed = { ...item }
  for (const part of rest.split(", ")) {
    const [name = "", parameter = ""] = part.split(" = ")
    const attribute = names.ExpressionAttributeNames?.[name] ?? ""
    if (verb === "SET") changed[attribute] = names.ExpressionAttributeValues?.[parameter]
    else delete changed[attribute]
  }
  return changed
}

function query(items: Items, input: QueryCommandInput): object {
  const {
    Limit = 1000,
    ScanIndexForward = true,
    ExclusiveStartKey: start,
    ExpressionAttributeValues: values,
  } = input
  const [partition, sort] = input.IndexName === undefined ? ["pk", "sk"] : ["gsi1pk", "gsi1sk"]
  const orderOf = (item: Item) => `${item[sort]} ${keyOf(item)}`
  const isBefore = (a: Item, b: Item) =>
    ScanIndexForward ? orderOf(a) < orderOf(b) : orderOf(a) > orderOf(b)
  const found = [...items.values()]
    .filter((item) => item[partition] === values?.[":partition"])
    .filter(
      (item) =>
        values?.[":from"] === undefined || isBetween(String(item[sort]), values[":from"], values[":to"]),
    )
    .filter((item) => start === undefined || isBefore(start, item))
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
  const page = found.slice(0, Limit)
  return { Items: page, LastEvaluatedKey: found.length > Limit ? {} : undefined }
}

function isBetween(text: string, from: string, to: string): boolean {
  return from <= text && text <= to
}
