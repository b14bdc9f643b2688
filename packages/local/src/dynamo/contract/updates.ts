import { type Raw, tables } from "./client.ts"
import type { Row } from "./row.ts"

/** Update expressions, stored values, and refused single writes. */
export const updateRows: readonly Row[] = [
  {
    name: "an update creates the item, then changes nested paths, lists, numbers and sets",
    async run(raw) {
      const Key = { pk: "u1", sk: "a" }
      const update = (UpdateExpression: string, ExpressionAttributeValues: Record<string, unknown>) =>
        raw.update({ Key, UpdateExpression, ExpressionAttributeValues, ReturnValues: "ALL_NEW" })
      await update("SET doc = :doc, items1 = :list, n = :n", {
        ":doc": { a: { b: 1 } },
        ":list": ["x"],
        ":n": 5,
      })
      await update("SET doc.a.b = :v, items1 = list_append(items1, :more)", { ":v": 2, ":more": ["y", "z"] })
      await update("SET n = n - :two, since = if_not_exists(since, :now) ADD tags :tags", {
        ":two": 2,
        ":now": "t0",
        ":tags": new Set(["p", "q"]),
      })
      return update("SET since = if_not_exists(since, :now) REMOVE items1[1] ADD hits :one DELETE tags :p", {
        ":now": "t1",
        ":one": 1,
        ":p": new Set(["p"]),
      })
    },
    expected: {
      Attributes: {
        pk: "u1",
        sk: "a",
        doc: { a: { b: 2 } },
        items1: ["x", "z"],
        n: 3,
        since: "t0",
        tags: ["q"],
        hits: 1,
      },
    },
  },
  {
    name: "an update gives back what it changed, before or after",
    async run(raw) {
      const Key = { pk: "u2", sk: "a" }
      await raw.put({ Item: { ...Key, n: 1, other: true } })
      const add = (ReturnValues: "UPDATED_OLD" | "UPDATED_NEW" | "ALL_OLD" | "NONE") =>
        raw.update({
          Key,
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": 1 },
          ReturnValues,
        })
      return [await add("UPDATED_NEW"), await add("UPDATED_OLD"), await add("ALL_OLD"), await add("NONE")]
    },
    expected: [
      { Attributes: { n: 2 } },
      { Attributes: { n: 2 } },
      { Attributes: { pk: "u2", sk: "a", n: 3, other: true } },
      {},
    ],
  },
  {
    name: "removing the last element of a set removes the attribute",
    async run(raw) {
      const Key = { pk: "u3", sk: "a" }
      await raw.put({ Item: { ...Key, tags: new Set(["p"]) } })
      const ExpressionAttributeValues = { ":p": new Set(["p"]) }
      return raw.update({
        Key,
        UpdateExpression: "DELETE tags :p",
        ExpressionAttributeValues,
        ReturnValues: "ALL_NEW",
      })
    },
    expected: { Attributes: { pk: "u3", sk: "a" } },
  },
  {
    name: "every type of value comes back as it was stored",
    async run(raw) {
      const Item = {
        pk: "u4",
        sk: "a",
        text: "é☃",
        empty: "",
        no: null,
        yes: true,
        parts: [],
        map: {},
        deep: [[{ a: [1] }]],
      }
      await raw.put({
        Item: { ...Item, bytes: new Uint8Array([0, 255]), numbers: new Set([3, 1.5]), small: -0.0015 },
      })
      return raw.get({ Key: { pk: "u4", sk: "a" } })
    },
    expected: {
      Item: {
        pk: "u4",
        sk: "a",
        text: "é☃",
        empty: "",
        no: null,
        yes: true,
        parts: [],
        map: {},
        deep: [[{ a: [1] }]],
        bytes: { 0: 0, 1: 255 },
        numbers: [1.5, 3],
        small: -0.0015,
      },
    },
  },
  {
    name: "refused updates say why, and change nothing",
    run: (raw) => Promise.all(refusals.map(([expression, values]) => refused(raw, expression, values))),
    expected: [
      ["SET pk = :v", "ValidationException"],
      ["SET n = :v, extra = :w", "ValidationException"],
      ["SET n = :v,", "ValidationException"],
      ["SET a.b = :v", "ValidationException"],
      ["SET n = gone + :v", "ValidationException"],
      ["ADD n :text", "ValidationException"],
      ["SET n = :v, n = :v", "ValidationException"],
    ],
  },
  {
    name: "keys that do not fit the table are refused",
    async run(raw) {
      const codes = [
        await raw.put({ Item: { pk: "u6" } }),
        await raw.put({ Item: { pk: "u6", sk: 1 } }),
        await raw.put({ Item: { pk: "u6", sk: "" } }),
        await raw.get({ Key: { pk: "u6" } }),
        await raw.get({ Key: { pk: "u6", sk: "a", more: "b" } }),
        await raw.put({ Item: { pk: "u6", sk: "x", gsi1pk: 5 } }),
        await raw.put({ Item: { pk: "u6", sk: "x", text: "x".repeat(410_000) } }),
      ]
      return codes.map(({ error, message }) => [error, message])
    },
    expected: [
      "One or more parameter values were invalid: Missing the key sk in the item",
      "One or more parameter values were invalid: Type mismatch for key sk expected: S actual: N",
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: sk",
      "The provided key element does not match the schema",
      "The provided key element does not match the schema",
      "One or more parameter values were invalid: Type mismatch for Index Key gsi1pk Expected: S Actual: N IndexName: gsi1",
      "Item size has exceeded the maximum allowed size",
    ].map((message) => ["ValidationException", message]),
  },
  {
    name: "a table that is not there",
    async run(raw) {
      const put = await raw.put({ Item: { pk: "u7", sk: "a" } }, "contract-missing")
      return [put, (await raw.put({ Item: { pk: "u7", sk: 1 } }, tables.numbers)).error ?? "stored"]
    },
    expected: [{ error: "ResourceNotFoundException", message: "Requested resource not found" }, "stored"],
  },
]

const refusals: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["SET pk = :v", { ":v": "other" }],
  ["SET n = :v, extra = :w", { ":v": 1 }],
  ["SET n = :v,", { ":v": 1 }],
  ["SET a.b = :v", { ":v": 1 }],
  ["SET n = gone + :v", { ":v": 1 }],
  ["ADD n :text", { ":text": "x" }],
  ["SET n = :v, n = :v", { ":v": 1 }],
]

async function refused(
  raw: Raw,
  UpdateExpression: string,
  ExpressionAttributeValues: Record<string, unknown>,
) {
  const Key = { pk: "u5", sk: UpdateExpression }
  const outcome = await raw.update({ Key, UpdateExpression, ExpressionAttributeValues })
  const { Item } = await raw.get({ Key })
  return [UpdateExpression, Item === undefined ? outcome.error : Item]
}
