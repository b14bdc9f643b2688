import { cancelFor, reasonOf, refuseOversize, refuseRepeats } from "./cancellation.ts"
import { consumedByTransaction } from "./capacity.ts"
import { actionOf, database, type Input, type Item, type Rules, type Store } from "./dynalite.ts"
import { type Performed, perform } from "./perform.ts"
import { serviceError } from "./service-error.ts"
import { rulesFor, validate } from "./validate.ts"

/** Checks the structure of a TransactGetItems request and of the reads in it; throws a `ServiceError`. */
export function parseTransactGet(body: object, store: Store): Input {
  const input = validate(body, rules, store)
  for (const get of getsOf(input)) {
    const problem = rulesFor("GetItem").custom?.(get, store)
    if (problem) throw serviceError("ValidationException", problem)
  }
  return input
}

/** Reads all items of a parsed request, in its order, `{}` for a missing one; the caller lets no write run meanwhile. */
export async function transactGet(store: Store, input: Input) {
  const performed: Performed[] = []
  for (const get of getsOf(input)) {
    const asked = { ConsistentRead: true, ReturnConsumedCapacity: input.ReturnConsumedCapacity }
    performed.push(await perform(store, actionOf("GetItem"), { ...get, ...asked }))
  }
  cancelFor(performed.map((one) => reasonOf(one)))
  refuseRepeats(getsOf(input).map(keyOf))
  refuseOversize(performed.reduce((sum, { found }) => sum + (found ? database.itemSize(found) : 0), 0))
  const Responses = performed.map((one) => (one.ok ? responseOf(one.answer.Item) : {}))
  return { Responses, ...consumedByTransaction(performed, "Read", input.ReturnConsumedCapacity) }
}

/** An item of which the projection found nothing is left out, like a missing one (seen on the service by others). */
function responseOf(item: unknown): { Item?: unknown } {
  return item && Object.keys(item).length > 0 ? { Item: item } : {}
}

function getsOf(input: Input): Input[] {
  // Validated: a list of objects, each with a `Get` or nothing.
  return (input.TransactItems as { Get: Input }[]).map(({ Get }) => Get)
}

/** All keys fit their tables here, and dynalite has written their numbers in one way. */
function keyOf({ TableName, Key }: Input): string {
  // Validated: a map of attribute values.
  const attributes = Object.entries(Key as Item).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([TableName, attributes])
}

const rules: Rules = {
  types: {
    TransactItems: {
      type: "List",
      notNull: true,
      lengthGreaterThanOrEqual: 1,
      lengthLessThanOrEqual: 100,
      children: {
        type: "ValueStruct<TransactGetItem>",
        children: { Get: { type: "FieldStruct<Get>", notNull: true, children: getRules() } },
      },
    },
    ReturnConsumedCapacity: { type: "String", enum: ["INDEXES", "TOTAL", "NONE"] },
  },
}

function getRules(): Rules["types"] {
  const {
    AttributesToGet: _1,
    ConsistentRead: _2,
    ReturnConsumedCapacity: _3,
    ...types
  } = rulesFor("GetItem").types
  return types
}
