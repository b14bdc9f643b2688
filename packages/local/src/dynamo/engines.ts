import { setTimeout as wait } from "node:timers/promises"
import type { Store } from "./dynalite.ts"

/**
 * Waits until a table is active or gone. Dynalite changes a table's status from a timer; a request that came
 * right after CreateTable would find no table, and a timer that outlived the store would fail.
 */
export async function settle(store: Store, table: string): Promise<void> {
  for (let tries = 0; tries < 5_000; tries++) {
    const status = await statusOf(store, table)
    if (status === undefined || status === "ACTIVE") return
    await wait(1)
  }
}

function statusOf(store: Store, table: string): Promise<string | undefined> {
  return new Promise((resolve) =>
    store.getTable(table, false, (_error, found) => resolve(found?.TableStatus)),
  )
}
