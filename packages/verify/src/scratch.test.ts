import { describe, expect, it } from "vitest"
import { type Removal, removeItems } from "./scratch.ts"

/** A table with so many items under one key, of which a batch deletes some. */
function table(items: number, deleteSome: (asked: number, batch: number) => number) {
  let [left, batches, pauses] = [items, 0, 0]
  const send = async (command: { readonly constructor: { readonly name: string } }) => {
    const asked = Math.min(left, 25)
    if (command.constructor.name === "QueryCommand")
      return { Items: Array.from({ length: asked }, () => ({})) }
    const deleted = deleteSome(asked, batches++)
    left -= deleted
    return { UnprocessedItems: deleted === asked ? {} : { t: Array.from({ length: asked - deleted }) } }
  }
  const pause = async () => void pauses++
  // Nothing else of a client is used.
  const dynamo = { send } as unknown as Removal["dynamo"]
  return { removal: { dynamo, TableName: "t", pause }, counts: () => ({ left, batches, pauses }) }
}

describe("items under one key", () => {
  it("are taken away by batches, without a pause where nothing is in the way", async () => {
    const { removal, counts } = table(60, (asked) => asked)
    await removeItems(removal, "pk")
    expect(counts()).toEqual({ left: 0, batches: 3, pauses: 0 })
  })

  it("are asked for again after a pause where the table has too much to do", async () => {
    const { removal, counts } = table(11, (asked, batch) => Math.min(asked, batch % 2))
    await removeItems(removal, "pk")
    // The last batch is processed whole.
    expect(counts()).toEqual({ left: 0, batches: 22, pauses: 21 })
  })

  it("are an error where none of them can be taken away, and not a loop without end", async () => {
    const { removal, counts } = table(3, () => 0)
    await expect(removeItems(removal, "pk")).rejects.toThrow(
      "items under `pk`: expected DynamoDB to delete them",
    )
    expect(counts()).toEqual({ left: 3, batches: 20, pauses: 19 })
  })
})
