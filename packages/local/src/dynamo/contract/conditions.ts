import type { Outcome, Raw } from "./client.ts"
import type { Row } from "./row.ts"

const failed = { error: "ConditionalCheckFailedException", message: "The conditional request failed" }

/** Conditions on single writes, and what a condition can say. */
export const conditionRows: readonly Row[] = [
  {
    name: "a put creates an item once under attribute_not_exists",
    async run(raw) {
      const put = () =>
        raw.put({ Item: { pk: "c1", sk: "a", n: 1 }, ConditionExpression: "attribute_not_exists(pk)" })
      return [await put(), await put(), await raw.get({ Key: { pk: "c1", sk: "a" }, ConsistentRead: true })]
    },
    expected: [{}, failed, { Item: { pk: "c1", sk: "a", n: 1 } }],
  },
  {
    name: "a failed put, update and delete bring the item back when ALL_OLD is asked for",
    async run(raw) {
      const Key = { pk: "c2", sk: "a" }
      await raw.put({ Item: { ...Key, v: 7 } })
      const unless = { ConditionExpression: "v > :v", ExpressionAttributeValues: { ":v": 9 } }
      const back = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const
      return [
        await raw.put({ Item: Key, ...unless, ...back }),
        await raw.update({ Key, UpdateExpression: "REMOVE v", ...unless, ...back }),
        await raw.remove({ Key, ...unless, ...back }),
        await raw.remove({ Key: { pk: "c2", sk: "missing" }, ...unless, ...back }),
      ]
    },
    expected: [
      { ...failed, Item: { pk: { S: "c2" }, sk: { S: "a" }, v: { N: "7" } } },
      { ...failed, Item: { pk: { S: "c2" }, sk: { S: "a" }, v: { N: "7" } } },
      { ...failed, Item: { pk: { S: "c2" }, sk: { S: "a" }, v: { N: "7" } } },
      failed,
    ],
  },
  {
    name: "an update under attribute_exists creates nothing",
    async run(raw) {
      const Key = { pk: "c3", sk: "a" }
      const update = { Key, UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": 1 } }
      return [
        await raw.update({ ...update, ConditionExpression: "attribute_exists(pk)" }),
        await raw.get({ Key }),
      ]
    },
    expected: [failed, {}],
  },
  {
    name: "two writers with the same version: the second is refused",
    async run(raw) {
      const Key = { pk: "c4", sk: "a" }
      await raw.put({ Item: { ...Key, version: 1 } })
      const write = () =>
        raw.update({
          Key,
          UpdateExpression: "SET version = version + :one",
          ConditionExpression: "version = :read",
          ExpressionAttributeValues: { ":one": 1, ":read": 1 },
          ReturnValues: "ALL_NEW",
        })
      return [await write(), await write()]
    },
    expected: [{ Attributes: { pk: "c4", sk: "a", version: 2 } }, failed],
  },
  {
    name: "a delete gives back what it deleted, and nothing where nothing was",
    async run(raw) {
      const Key = { pk: "c5", sk: "a" }
      await raw.put({ Item: { ...Key, v: "x" } })
      const remove = () => raw.remove({ Key, ReturnValues: "ALL_OLD" })
      return [await remove(), await remove()]
    },
    expected: [{ Attributes: { pk: "c5", sk: "a", v: "x" } }, {}],
  },
  {
    name: "each function and operator of a condition",
    run: async (raw) => {
      await raw.put({ Item: { pk: "c6", sk: "a", ...subject } })
      return Promise.all(truths.map(([expression, values]) => holds(raw, expression, values)))
    },
    expected: [
      ...["size(name) = :five", "begins_with(name, :al)", "contains(name, :ph)", "contains(tags, :x)"],
      ...[
        "n BETWEEN :one AND :five",
        "n IN (:one, :three)",
        "attribute_type(tags, :ss)",
        "deep.parts[1] = :three",
      ],
      ...["attribute_not_exists(deep.nothing)", "NOT n = :one", "n < :five AND (n = :one OR name <> :al)"],
      "name > :al",
    ]
      .map((expression) => [expression, true])
      .concat([
        ["n = :al", false],
        ["gone < :five", false],
        ["contains(parts, :x)", false],
      ]),
  },
]

const subject = { name: "alpha", n: 3, tags: new Set(["x", "y"]), parts: ["z"], deep: { parts: [1, 3] } }

const five = { ":five": 5 }
const al = { ":al": "al" }
const x = { ":x": "x" }

const truths: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["size(name) = :five", five],
  ["begins_with(name, :al)", al],
  ["contains(name, :ph)", { ":ph": "ph" }],
  ["contains(tags, :x)", x],
  ["n BETWEEN :one AND :five", { ":one": 1, ...five }],
  ["n IN (:one, :three)", { ":one": 1, ":three": 3 }],
  ["attribute_type(tags, :ss)", { ":ss": "SS" }],
  ["deep.parts[1] = :three", { ":three": 3 }],
  ["attribute_not_exists(deep.nothing)", {}],
  ["NOT n = :one", { ":one": 1 }],
  ["n < :five AND (n = :one OR name <> :al)", { ":one": 1, ...five, ...al }],
  ["name > :al", al],
  ["n = :al", al],
  ["gone < :five", five],
  ["contains(parts, :x)", x],
]

/** `name` is a reserved word, so it goes by another. */
async function holds(raw: Raw, expression: string, values: Readonly<Record<string, unknown>>) {
  const outcome: Outcome = await raw.update({
    Key: { pk: "c6", sk: "a" },
    UpdateExpression: "SET seen = :seen",
    ConditionExpression: expression.replaceAll("name", "#name"),
    ...(expression.includes("name") ? { ExpressionAttributeNames: { "#name": "name" } } : {}),
    ExpressionAttributeValues: { ...values, ":seen": true },
  })
  return [expression, outcome.error === undefined ? true : outcome.error === failed.error ? false : outcome]
}
