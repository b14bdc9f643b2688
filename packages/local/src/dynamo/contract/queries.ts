import { type Outcome, type Raw, tables } from "./client.ts"
import type { Row } from "./row.ts"

/** Queries and scans, by keys and by index, filtered and paged. */
export const queryRows: readonly Row[] = [
  {
    name: "begins_with on the sort key, both ways, with a limit",
    async run(raw) {
      await fill(raw, "q1", ["a#1", "a#2", "a#3", "b#1", "a"])
      const query = (more: object) => raw.query({ ...byKey("q1", "begins_with(sk, :p)", "a#"), ...more })
      return [
        sortKeys(await query({})),
        sortKeys(await query({ ScanIndexForward: false })),
        sortKeys(await query({ ScanIndexForward: false, Limit: 1, ConsistentRead: true })),
      ]
    },
    expected: [["a#1", "a#2", "a#3"], ["a#3", "a#2", "a#1"], ["a#3"]],
  },
  {
    name: "comparisons of the sort key, in the order of its bytes",
    async run(raw) {
      await fill(raw, "q2", ["B", "a", "b", "ä", "c"])
      const conditions = ["sk = :p", "sk < :p", "sk <= :p", "sk > :p", "sk >= :p"]
      const pages = conditions.map((condition) => raw.query(byKey("q2", condition, "b")))
      return (await Promise.all(pages)).map(sortKeys)
    },
    expected: [["b"], ["B", "a"], ["B", "a", "b"], ["c", "ä"], ["b", "c", "ä"]],
  },
  {
    name: "number sort keys, in the order of numbers",
    async run(raw) {
      for (const sk of [10, -2, 0, 1.5, -100, 9]) await raw.put({ Item: { pk: "q3", sk } }, tables.numbers)
      const between = {
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :a AND :b",
        ExpressionAttributeValues: { ":pk": "q3", ":a": -2, ":b": 9 },
      }
      const all = { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": "q3" } }
      return [
        sortKeys(await raw.query(all, tables.numbers)),
        sortKeys(await raw.query(between, tables.numbers)),
      ]
    },
    expected: [
      [-100, -2, 0, 1.5, 9, 10],
      [-2, 0, 1.5, 9],
    ],
  },
  {
    name: "pages cover everything once, and a filter comes after the limit",
    async run(raw) {
      await fill(raw, "q4", ["1", "2", "3", "4", "5", "6", "7"])
      const pages = await pagesOf(raw, { ...byKey("q4", "sk > :p", "0"), Limit: 3 })
      const filtered = await pagesOf(raw, {
        KeyConditionExpression: "pk = :pk",
        FilterExpression: "n > :n",
        ExpressionAttributeValues: { ":pk": "q4", ":n": 4 },
        Limit: 3,
      })
      return [
        pages.map(sortKeys),
        filtered.map(sortKeys),
        filtered.map(({ Count, ScannedCount }) => [Count, ScannedCount]),
      ]
    },
    expected: [
      [["1", "2", "3"], ["4", "5", "6"], ["7"]],
      [[], ["5", "6"], ["7"]],
      [
        [0, 3],
        [2, 3],
        [1, 1],
      ],
    ],
  },
  {
    name: "an index holds what has its keys, and follows every change",
    async run(raw) {
      const index = {
        IndexName: "gsi1",
        KeyConditionExpression: "gsi1pk = :p",
        ExpressionAttributeValues: { ":p": "q5" },
      }
      const seen = async () => sortKeys(await raw.query(index))
      await raw.put({ Item: { pk: "q5", sk: "a", gsi1pk: "q5", gsi1sk: "2" } })
      await raw.put({ Item: { pk: "q5", sk: "b", gsi1pk: "q5", gsi1sk: "1" } })
      await raw.put({ Item: { pk: "q5", sk: "c", gsi1pk: "q5" } })
      const first = await seen()
      const ExpressionAttributeValues = { ":v": "3" }
      await raw.update({
        Key: { pk: "q5", sk: "b" },
        UpdateExpression: "SET gsi1sk = :v",
        ExpressionAttributeValues,
      })
      const second = await seen()
      await raw.update({ Key: { pk: "q5", sk: "a" }, UpdateExpression: "REMOVE gsi1pk" })
      const third = await seen()
      await raw.remove({ Key: { pk: "q5", sk: "b" } })
      return [first, second, third, await seen(), (await raw.query({ ...index, ConsistentRead: true })).error]
    },
    expected: [["b", "a"], ["a", "b"], ["b"], [], "ValidationException"],
  },
  {
    name: "a projection, a count, and a scan with a filter",
    async run(raw) {
      await raw.put({ Item: { pk: "q6", sk: "a", doc: { x: 1, y: 2 }, parts: [1, 2], n: 1 } })
      await raw.put({ Item: { pk: "q6", sk: "b", n: 2 } })
      const query = { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": "q6" } }
      const names = { "#pk": "pk" }
      const filter = {
        FilterExpression: "#pk = :pk AND n = :n",
        ExpressionAttributeValues: { ":pk": "q6", ":n": 2 },
      }
      return [
        await raw.query({ ...query, ProjectionExpression: "sk, doc.x, parts[1]" }),
        await raw.query({ ...query, Select: "COUNT" }),
        sortKeys(await raw.scan({ ...filter, ExpressionAttributeNames: names })),
        await raw.get({ Key: { pk: "q6", sk: "b" }, ProjectionExpression: "n, extra" }),
      ]
    },
    expected: [
      { Count: 2, Items: [{ doc: { x: 1 }, parts: [2], sk: "a" }, { sk: "b" }], ScannedCount: 2 },
      { Count: 2, ScannedCount: 2 },
      ["b"],
      { Item: { n: 2 } },
    ],
  },
]

async function fill(raw: Raw, pk: string, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((sk) => raw.put({ Item: { pk, sk, n: Number(sk) || 0 } })))
}

function byKey(pk: string, condition: string, value: string) {
  return {
    KeyConditionExpression: `pk = :pk AND ${condition}`,
    ExpressionAttributeValues: { ":pk": pk, ":p": value },
  }
}

async function pagesOf(raw: Raw, input: Parameters<Raw["query"]>[0]): Promise<Outcome[]> {
  const pages: Outcome[] = []
  let from: Record<string, unknown> | undefined
  do {
    const page: Outcome = await raw.query({ ...input, ExclusiveStartKey: from })
    pages.push(page)
    // A key of the document client.
    from = page.LastEvaluatedKey as Record<string, unknown> | undefined
  } while (from !== undefined && pages.length < 10)
  return pages
}

function sortKeys(outcome: Outcome): unknown {
  // A list of items, or an error to be shown.
  const items = outcome.Items as { sk: unknown }[] | undefined
  return items?.map(({ sk }) => sk) ?? outcome
}
