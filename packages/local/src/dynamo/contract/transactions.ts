import { type Raw, tables } from "./client.ts"
import type { Row } from "./row.ts"

const TableName = tables.strings
const conditionFailed = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" }
const cancelled = (...reasons: readonly { readonly Code: string }[]) => ({
  error: "TransactionCanceledException",
  message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(", ")}]`,
  reasons,
})
const none = { Code: "None" }
const invalid = (Message: string) => ({ Code: "ValidationError", Message })
const refusal = (message: string) => ({ error: "ValidationException", message })
const twice = refusal("Transaction request cannot include multiple operations on one item")

const key = (pk: string, sk = "a") => ({ TableName, Key: { pk, sk } })
const put = (pk: string, sk = "a", more: object = {}) => ({ Put: { TableName, Item: { pk, sk, ...more } } })
const exists = { ConditionExpression: "attribute_exists(pk)" }
const fresh = { ConditionExpression: "attribute_not_exists(pk)" }
const allOld = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const
const add = (pk: string, sk = "a") => ({
  Update: { ...key(pk, sk), UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": 1 } },
})

/** TransactWriteItems and TransactGetItems. */
export const transactionRows: readonly Row[] = [
  {
    name: "a put, an update, a delete and a check happen together, over two tables and an index",
    async run(raw) {
      await raw.put({ Item: { pk: "t1", sk: "gone" } })
      await raw.put({ Item: { pk: "t1", sk: "checked" } })
      const outcome = await raw.transact([
        put("t1", "new", { gsi1pk: "t1", gsi1sk: "x" }),
        add("t1", "counted"),
        { Delete: { ...key("t1", "gone"), ...exists } },
        { ConditionCheck: { ...key("t1", "checked"), ...exists } },
        { Put: { TableName: tables.numbers, Item: { pk: "t1", sk: 1 } } },
      ])
      return [outcome, await allOf(raw, "t1"), await indexOf(raw, "t1")]
    },
    expected: [{}, ["checked", "counted", "new"], ["new"]],
  },
  {
    name: "one failed condition cancels everything, and says at which operation and with which item",
    async run(raw) {
      await raw.put({ Item: { pk: "t2", sk: "old", v: 1 } })
      const outcome = await raw.transact([
        put("t2", "new"),
        { Put: { TableName, Item: { pk: "t2", sk: "old", v: 2 }, ...fresh, ...allOld } },
        add("t2", "counted"),
        { Delete: { ...key("t2", "missing"), ...exists, ...allOld } },
      ])
      return [outcome, await allOf(raw, "t2")]
    },
    expected: [
      cancelled(
        none,
        {
          ...conditionFailed,
          Item: { pk: { S: "t2" }, sk: { S: "old" }, v: { N: "1" } },
        } as typeof conditionFailed,
        none,
        conditionFailed,
      ),
      ["old"],
    ],
  },
  {
    name: "a failed check cancels the write beside it, and a check that holds writes nothing",
    async run(raw) {
      const check = (sk: string) => ({ ConditionCheck: { ...key("t3", sk), ...exists } })
      const first = await raw.transact([check("gate"), put("t3", "w")])
      await raw.put({ Item: { pk: "t3", sk: "gate", v: 1 } })
      const second = await raw.transact([check("gate"), put("t3", "w")])
      return [first, second, await allOf(raw, "t3")]
    },
    expected: [cancelled(conditionFailed, none), {}, ["gate", "w"]],
  },
  {
    name: "one item named twice is refused, whatever is done to it",
    async run(raw) {
      const check = { ConditionCheck: { ...key("t4"), ...exists } }
      return [
        await raw.transact([put("t4"), add("t4")]),
        await raw.transact([check, put("t4")]),
        await raw.transactGet([{ Get: key("t4") }, { Get: key("t4") }]),
        await allOf(raw, "t4"),
      ]
    },
    expected: [twice, twice, twice, []],
  },
  {
    name: "none, and more than a hundred",
    async run(raw) {
      const many = Array.from({ length: 101 }, (_, at) => put("t5", String(at)))
      const outcomes = [await raw.transact([]), await raw.transact(many), await raw.transactGet([])]
      const hundred = await raw.transact(many.slice(1))
      const phrase = /Member must have length .*$/
      return [outcomes.map(({ error, message }) => [error, phrase.exec(String(message))?.[0]]), hundred]
    },
    expected: [
      [
        ["ValidationException", "Member must have length greater than or equal to 1"],
        ["ValidationException", "Member must have length less than or equal to 100"],
        ["ValidationException", "Member must have length greater than or equal to 1"],
      ],
      {},
    ],
  },
  {
    name: "a client request token makes a transaction happen once, and stands for one request only",
    async run(raw) {
      const outcomes = [
        await raw.transact([add("t6")], "token-t6"),
        await raw.transact([add("t6")], "token-t6"),
        (await raw.transact([add("t6", "b")], "token-t6")).error,
        await raw.transact([add("t6")], "token-t6-other"),
      ]
      return [outcomes, (await raw.get(key("t6"))).Item]
    },
    expected: [[{}, {}, "IdempotentParameterMismatchException", {}], { pk: "t6", sk: "a", n: 2 }],
  },
  {
    name: "a cancelled transaction does not use up its token",
    async run(raw) {
      const attempt = () =>
        raw.transact([{ ConditionCheck: { ...key("t7"), ...exists } }, put("t7", "w")], "token-t7")
      const first = await attempt()
      await raw.put({ Item: { pk: "t7", sk: "a" } })
      return [first, await attempt(), await allOf(raw, "t7")]
    },
    expected: [cancelled(conditionFailed, none), {}, ["a", "w"]],
  },
  {
    name: "an update that does not fit the item, and a key that does not fit the table, are reasons",
    async run(raw) {
      await raw.put({ Item: { pk: "t8", sk: "text", n: "one" } })
      return [
        await raw.transact([put("t8", "w"), add("t8", "text")]),
        await raw.transact([put("t8", "w"), { Delete: { TableName, Key: { pk: "t8" } } }]),
        await raw.transact([{ Put: { TableName, Item: { pk: "t8", sk: 1 } } }, put("t8", "w")]),
        await raw.transactGet([{ Get: key("t8") }, { Get: { TableName, Key: { pk: "t8" } } }]),
        await allOf(raw, "t8"),
      ]
    },
    expected: [
      cancelled(none, invalid("An operand in the update expression has an incorrect data type")),
      cancelled(none, invalid("The provided key element does not match the schema")),
      cancelled(
        invalid("One or more parameter values were invalid: Type mismatch for key sk expected: S actual: N"),
        none,
      ),
      cancelled(none, invalid("The provided key element does not match the schema")),
      ["text"],
    ],
  },
  {
    name: "what concerns the request as a whole is no cancellation",
    async run(raw) {
      const outcomes = [
        await raw.transact([put("t9"), { Put: { TableName: "contract-missing", Item: { pk: "t9" } } }]),
        await raw.transactGet([{ Get: { TableName: "contract-missing", Key: { pk: "t9" } } }]),
        await raw.transact([put("t9"), put("t9", "")]),
        await raw.transact(
          Array.from({ length: 12 }, (_, at) => put("t9", `${at}`, { text: "x".repeat(360_000) })),
        ),
        await raw.transact([put("t9", "big", { text: "x".repeat(410_000) })]),
      ]
      return [outcomes.map(({ error }) => error), await allOf(raw, "t9")]
    },
    expected: [
      [
        "ResourceNotFoundException",
        "ResourceNotFoundException",
        "ValidationException",
        "ValidationException",
        "ValidationException",
      ],
      [],
    ],
  },
  {
    name: "a transactional read answers in order, with nothing for a missing item",
    async run(raw) {
      await raw.put({ Item: { pk: "t10", sk: "a", v: 1, doc: { x: 1, y: 2 } } })
      await raw.put({ Item: { pk: "t10", sk: "b", v: 2 } })
      return raw.transactGet([
        { Get: key("t10", "b") },
        { Get: key("t10", "missing") },
        {
          Get: {
            ...key("t10", "a"),
            ProjectionExpression: "pk, sk, doc.#y",
            ExpressionAttributeNames: { "#y": "y" },
          },
        },
      ])
    },
    expected: {
      Responses: [
        { Item: { pk: "t10", sk: "b", v: 2 } },
        {},
        { Item: { pk: "t10", sk: "a", doc: { y: 2 } } },
      ],
    },
  },
]

async function allOf(raw: Raw, pk: string): Promise<unknown> {
  const { Items } = await raw.query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": pk },
    ConsistentRead: true,
  })
  // A list of items.
  return (Items as { sk: string }[]).map(({ sk }) => sk)
}

async function indexOf(raw: Raw, pk: string): Promise<unknown> {
  const { Items } = await raw.query({
    IndexName: "gsi1",
    KeyConditionExpression: "gsi1pk = :pk",
    ExpressionAttributeValues: { ":pk": pk },
  })
  // A list of items.
  return (Items as { sk: string }[]).map(({ sk }) => sk)
}
