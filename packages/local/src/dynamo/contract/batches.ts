import { type Outcome, tables } from "./client.ts"
import type { Row } from "./row.ts"

const table = tables.strings

/** BatchWriteItem and BatchGetItem. */
export const batchRows: readonly Row[] = [
  {
    name: "a batch puts and deletes over two tables, and a consistent batch reads them back",
    async run(raw) {
      await raw.put({ Item: { pk: "b1", sk: "gone" } })
      const written = await raw.batchWrite({
        RequestItems: {
          [table]: [
            ...numbers(20).map((n) => ({ PutRequest: { Item: { pk: "b1", sk: `k${n}`, n } } })),
            { DeleteRequest: { Key: { pk: "b1", sk: "gone" } } },
          ],
          [tables.numbers]: [{ PutRequest: { Item: { pk: "b1", sk: 1 } } }],
        },
      })
      const read = await raw.batchGet({
        RequestItems: {
          [table]: {
            ConsistentRead: true,
            Keys: ["gone", ...numbers(20).map((n) => `k${n}`)].map((sk) => ({ pk: "b1", sk })),
            ProjectionExpression: "n",
          },
          [tables.numbers]: { ConsistentRead: true, Keys: [{ pk: "b1", sk: 1 }] },
        },
      })
      return [written, sorted(read, table), sorted(read, tables.numbers), read.UnprocessedKeys]
    },
    expected: [{ UnprocessedItems: {} }, numbers(20).map((n) => ({ n })), [{ pk: "b1", sk: 1 }], {}],
  },
  {
    name: "a batch that names a key twice, or too many keys, is refused as a whole",
    async run(raw) {
      const puts = (keys: readonly string[]) =>
        raw.batchWrite({
          RequestItems: { [table]: keys.map((sk) => ({ PutRequest: { Item: { pk: "b2", sk } } })) },
        })
      const gets = (keys: readonly string[]) =>
        raw.batchGet({ RequestItems: { [table]: { Keys: keys.map((sk) => ({ pk: "b2", sk })) } } })
      const refused = [
        await puts(["a", "a"]),
        await puts(numbers(26).map(String)),
        await gets(["a", "a"]),
        await gets(numbers(101).map(String)),
      ]
      return [
        refused.map(({ error }) => error),
        (await raw.get({ Key: { pk: "b2", sk: "a" } })).Item ?? "nothing",
      ]
    },
    expected: [Array(4).fill("ValidationException"), "nothing"],
  },
  {
    name: "a batch with an item that does not fit writes nothing",
    async run(raw) {
      const misfit = [
        { PutRequest: { Item: { pk: "b3", sk: "a" } } },
        { PutRequest: { Item: { pk: "b3", sk: 5 } } },
      ]
      const outcome = await raw.batchWrite({ RequestItems: { [table]: misfit } })
      return [outcome, await raw.get({ Key: { pk: "b3", sk: "a" } })]
    },
    expected: [
      { error: "ValidationException", message: "The provided key element does not match the schema" },
      {},
    ],
  },
]

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 10)
}

/** The order of a batch's answers means nothing. */
function sorted({ Responses }: Outcome, name: string): unknown {
  // Undefined for an error, which then differs from what is expected.
  const items = (Responses as Record<string, { n?: number }[]> | undefined)?.[name]
  return items?.sort((a, b) => (a.n ?? 0) - (b.n ?? 0))
}
