import { ClaimgateError } from "@claimgate/core"
import { ask } from "./ask.ts"

/** A query that finds items, and the batch that removes them. */
export interface Removal<Item> {
  readonly find: () => Promise<{ readonly data: readonly Item[] }>
  readonly remove: (found: readonly Item[]) => Promise<{ readonly unprocessed: readonly unknown[] }>
}

/** Removes all items that are found. Throws `dependency_failed` where some are left; asking again goes on. */
export async function removeAll<Item>(what: string, { find, remove }: Removal<Item>): Promise<void> {
  const { data } = await ask(what, find())
  if (data.length === 0) return
  const { unprocessed } = await ask(what, remove(data))
  if (unprocessed.length > 0)
    throw new ClaimgateError("dependency_failed", `DynamoDB: ${what}: ${unprocessed.length} left`)
}
