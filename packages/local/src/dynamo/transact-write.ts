/**
 * TransactWriteItems over dynalite's own single-item operations: each runs against the untouched store with its
 * writes kept back, so all conditions are checked before anything is written, and then one batch writes all.
 */
import { cancelFor, reasonOf, refuseOversize, refuseRepeats } from "./cancellation.ts"
import { consumedByTransaction } from "./capacity.ts"
import {
  actionOf,
  type DynaliteOperation,
  database,
  type Input,
  type Item,
  type Rules,
  type Store,
} from "./dynalite.ts"
import { type Performed, perform } from "./perform.ts"
import { serviceError } from "./service-error.ts"
import { returnOnFailure, rulesFor, validate } from "./validate.ts"

type Kind = "ConditionCheck" | "Put" | "Delete" | "Update"

interface Step {
  readonly kind: Kind
  readonly input: Input
}

/** A condition check is a delete that is never committed. */
const operationOf: Readonly<Record<Kind, DynaliteOperation>> = {
  ConditionCheck: "DeleteItem",
  Put: "PutItem",
  Delete: "DeleteItem",
  Update: "UpdateItem",
}

/** Checks the structure of a TransactWriteItems request and of the operations in it; throws a `ServiceError`. */
export function parseTransactWrite(body: object, store: Store): Input {
  const input = validate(body, rules, store)
  for (const step of stepsOf(input)) {
    const problem = rulesFor(operationOf[step.kind]).custom?.(step.input, store)
    if (problem) throw serviceError("ValidationException", problem)
  }
  return input
}

/**
 * Does all of a parsed request's writes or throws a `ServiceError`; the caller lets no other write run meanwhile.
 * INVARIANT: all or nothing, pinned by `operations.test.ts` and `transactions.test.ts`.
 */
export async function transactWrite(store: Store, input: Input) {
  const steps = stepsOf(input)
  refuseRepeats(await Promise.all(steps.map((step) => keyOf(store, step))))
  const performed: Performed[] = []
  for (const step of steps)
    performed.push(await perform(store, actionOf(operationOf[step.kind]), inputOf(step, input)))
  performed.forEach(refuseEmptyKey)
  cancelFor(
    performed.map((one, at) =>
      reasonOf(one, steps[at]?.input.ReturnValuesOnConditionCheckFailure === "ALL_OLD"),
    ),
  )
  refuseOversize(performed.reduce((sum, one) => sum + sizeOf(one), 0))
  await store.db.batch(
    performed.flatMap((one, at) => (steps[at]?.kind === "ConditionCheck" ? [] : one.writes)),
  )
  return consumedByTransaction(performed, "Write", input.ReturnConsumedCapacity)
}

function inputOf(step: Step, request: Input): Input {
  return { ...step.input, ReturnConsumedCapacity: request.ReturnConsumedCapacity }
}

function stepsOf(input: Input): Step[] {
  // Validated: a list of objects that hold nothing but operations.
  return (input.TransactItems as Partial<Record<Kind, Input>>[]).map((entry) => {
    const [[kind, step] = [], second] = Object.entries(entry)
    if (second)
      throw serviceError(
        "ValidationException",
        "TransactItems can only contain one of Check, Put, Update or Delete",
      )
    if (!kind || !step)
      throw serviceError(
        "ValidationException",
        "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request",
      )
    // The rules below let no other names through.
    return { kind: kind as Kind, input: step }
  })
}

/** Nothing when the key does not fit the table: its operation says so itself, as the reason of a cancellation. */
async function keyOf(store: Store, { kind, input }: Step): Promise<string | undefined> {
  const name = String(input.TableName)
  const table = await new Promise<Parameters<typeof database.createKey>[1]>((resolve, reject) =>
    store.getTable(name, (error, found) => (found ? resolve(found) : reject(error))),
  )
  // Validated: maps of attribute values.
  const item = (kind === "Put" ? input.Item : input.Key) as Item
  const misfit = kind === "Put" ? database.validateItem(item, table) : database.validateKey(item, table)
  return misfit ? undefined : `${name} ${database.createKey(item, table)}`
}

/** The service answers an empty key value for the request as a whole, other misfits as reasons of a cancellation. */
function refuseEmptyKey(performed: Performed): void {
  if (!performed.ok && / key attribute cannot contain an empty /.test(performed.error.message))
    throw performed.error
}

/** The item as it will be; for a delete or a check, as it is. */
function sizeOf({ writes, found }: Performed): number {
  const put = writes.find(({ type, key }) => type === "put" && key.startsWith("item-"))
  // What is put under an item's key is an item.
  const item = put?.type === "put" ? (put.value as Item) : found
  return item ? database.itemSize(item) : 0
}

const stepParameters = [
  "TableName",
  "Key",
  "Item",
  "UpdateExpression",
  "ConditionExpression",
  "ExpressionAttributeNames",
  "ExpressionAttributeValues",
] as const

const rules: Rules = {
  types: {
    TransactItems: {
      type: "List",
      notNull: true,
      lengthGreaterThanOrEqual: 1,
      lengthLessThanOrEqual: 100,
      children: {
        type: "ValueStruct<TransactWriteItem>",
        children: {
          ConditionCheck: stepRules("DeleteItem", "ConditionExpression"),
          Put: stepRules("PutItem"),
          Delete: stepRules("DeleteItem"),
          Update: stepRules("UpdateItem", "UpdateExpression"),
        },
      },
    },
    ClientRequestToken: { type: "String", lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 },
    ReturnConsumedCapacity: { type: "String", enum: ["INDEXES", "TOTAL", "NONE"] },
    ReturnItemCollectionMetrics: { type: "String", enum: ["SIZE", "NONE"] },
  },
}

/** What a step may hold: the single operation's parameters without its older forms and without what is the request's. */
function stepRules(operation: DynaliteOperation, required?: string): object {
  const { types } = rulesFor(operation)
  const kept = stepParameters.flatMap((name) => {
    const type = types[name]
    return type ? [[name, name === required ? { ...type, notNull: true } : type] as const] : []
  })
  const children = { ...Object.fromEntries(kept), ReturnValuesOnConditionCheckFailure: returnOnFailure }
  return { type: `FieldStruct<${operation}>`, children }
}
