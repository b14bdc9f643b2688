import {
  actionOf,
  type DynaliteOperation,
  dynaliteOperations,
  type Input,
  type Rules,
  type Store,
} from "./dynalite.ts"
import { createTokens } from "./idempotency.ts"
import { createMutex } from "./mutex.ts"
import { type Performed, perform } from "./perform.ts"
import { nameOf, ServiceError } from "./service-error.ts"
import { settle } from "./settle.ts"
import { describeTimeToLive, forgetTimeToLive, timeToLiveRules, updateTimeToLive } from "./time-to-live.ts"
import { parseTransactGet, transactGet } from "./transact-get.ts"
import { parseTransactWrite, transactWrite } from "./transact-write.ts"
import { rulesFor, validate } from "./validate.ts"

type Answer = Readonly<Record<string, unknown>>

/** The operations of DynamoDB that are answered here. */
export interface Operations {
  has(name: string): boolean
  /** Answers a request's body, or rejects with what `asServiceError` turns into an error answer. */
  answer(name: string, body: object): Promise<Answer>
}

interface Operation {
  parse(body: object): Input
  run(input: Input): Promise<Answer>
}

const reads: ReadonlySet<DynaliteOperation> = new Set([
  "BatchGetItem",
  "DescribeTable",
  "GetItem",
  "ListTables",
  "ListTagsOfResource",
  "Query",
  "Scan",
])

/**
 * All operations over a store. Everything that writes runs one at a time, transactions too, where the service
 * might answer TransactionConflict; TransactGetItems waits its turn among them, and so sees no half transaction.
 */
export function createOperations(store: Store, now: () => number): Operations {
  const exclusively = createMutex()
  const operations = new Map<string, Operation>()
  for (const name of dynaliteOperations)
    operations.set(name, {
      parse: (body) => validate(body, rulesFor(name), store),
      run: (input) =>
        isRead(name, input) ? run(store, name, input) : exclusively(() => run(store, name, input)),
    })
  for (const [name, operation] of Object.entries(added(store, now)))
    operations.set(name, { ...operation, run: (input) => exclusively(() => operation.run(input)) })
  return {
    has: (name) => operations.has(name),
    async answer(name, body) {
      // The door has asked `has`.
      const operation = operations.get(name)!
      return operation.run(operation.parse(body))
    },
  }
}

/** A read of an index may fetch the items themselves afterwards, and must not find them deleted meanwhile. */
function isRead(name: DynaliteOperation, input: Input): boolean {
  return reads.has(name) && input.IndexName === undefined
}

function added(store: Store, now: () => number): Readonly<Record<string, Operation>> {
  const tokens = createTokens(now)
  const checked = (rules: Rules) => (body: object) => validate(body, rules, store)
  return {
    TransactWriteItems: {
      parse: (body) => parseTransactWrite(body, store),
      run: (input) =>
        // Validated: a string of 1 to 36 characters, if any.
        tokens.once(input.ClientRequestToken as string | undefined, input.TransactItems, () =>
          transactWrite(store, input),
        ),
    },
    TransactGetItems: {
      parse: (body) => parseTransactGet(body, store),
      run: (input) => transactGet(store, input),
    },
    UpdateTimeToLive: { parse: checked(timeToLiveRules), run: (input) => updateTimeToLive(store, input) },
    DescribeTimeToLive: {
      parse: checked(rulesFor("DescribeTimeToLive")),
      run: (input) => describeTimeToLive(store, input),
    },
  }
}

async function run(store: Store, name: DynaliteOperation, input: Input): Promise<Answer> {
  const performed = await perform(store, actionOf(name), input)
  if (!performed.ok) throw withFound(performed, input)
  if (performed.writes.length > 0) await store.db.batch(performed.writes)
  if (!name.endsWith("Table") || reads.has(name)) return performed.answer
  // Dynalite goes on changing the object that it answered with.
  const answer = structuredClone(performed.answer)
  await settle(store, String(input.TableName))
  if (name === "DeleteTable") await forgetTimeToLive(store, String(input.TableName))
  return answer
}

/** A failed condition with the item that failed it, where that was asked for. */
function withFound({ error, found }: Performed & { readonly ok: false }, input: Input): ServiceError {
  const asked = input.ReturnValuesOnConditionCheckFailure === "ALL_OLD"
  if (!asked || !found || nameOf(error) !== "ConditionalCheckFailedException") return error
  // A named error's body is an object.
  return new ServiceError(error.status, { ...(error.body as object), Item: found })
}
