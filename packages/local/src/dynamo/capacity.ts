import type { Performed } from "./perform.ts"

interface Consumed {
  readonly TableName: string
  readonly CapacityUnits: number
}

/**
 * The `ConsumedCapacity` of a transaction, one entry per table: twice what the single operations take. Index
 * units are not counted (dynalite does not count them). Empty unless the request asked for it.
 */
export function consumedByTransaction(
  performed: readonly Performed[],
  kind: "Read" | "Write",
  asked: unknown,
) {
  if (asked !== "TOTAL" && asked !== "INDEXES") return {}
  const byTable = new Map<string, number>()
  for (const one of performed) {
    // Dynalite's own shape.
    const consumed = one.ok ? (one.answer.ConsumedCapacity as Consumed | undefined) : undefined
    if (consumed)
      byTable.set(consumed.TableName, (byTable.get(consumed.TableName) ?? 0) + 2 * consumed.CapacityUnits)
  }
  const entries = [...byTable].map(([TableName, units]) => {
    const total = { CapacityUnits: units, [`${kind}CapacityUnits`]: units }
    return { TableName, ...total, ...(asked === "INDEXES" ? { Table: total } : {}) }
  })
  return { ConsumedCapacity: entries }
}
