import type { Item } from "./dynalite.ts"
import type { Performed } from "./perform.ts"
import { nameOf, type ServiceError, serviceError } from "./service-error.ts"

/** Why one operation of a transaction stands in its way, or `{ Code: "None" }`. */
export interface Reason {
  readonly Code: "None" | "ConditionalCheckFailed" | "TransactionConflict" | "ValidationError"
  readonly Message?: string
  readonly Item?: Item
}

/** The reason that an operation gives; an error that concerns the whole request (a missing table) is thrown. */
export function reasonOf(performed: Performed, returnFound = false): Reason {
  if (performed.ok) return { Code: "None" }
  const { error, found } = performed
  const Message = error.message
  if (nameOf(error) === "ValidationException") return { Code: "ValidationError", Message }
  if (nameOf(error) !== "ConditionalCheckFailedException") throw error
  const item = returnFound && found ? { Item: found } : {}
  return { Code: "ConditionalCheckFailed", ...item, Message }
}

/** Throws a TransactionCanceledException when any operation has a reason, in the service's words. */
export function cancelFor(reasons: readonly Reason[]): void {
  if (reasons.some(({ Code }) => Code !== "None")) throw cancelled(reasons)
}

/** Refuses a transaction that names one item twice; keys are undefined where they could not be read. */
export function refuseRepeats(keys: readonly (string | undefined)[]): void {
  const known = keys.filter((key) => key !== undefined)
  if (new Set(known).size < known.length)
    throw serviceError(
      "ValidationException",
      "Transaction request cannot include multiple operations on one item",
    )
}

/** "The aggregate size of the items in the transaction cannot exceed 4 MB"; the wording of the refusal is not documented. */
export function refuseOversize(bytes: number): void {
  if (bytes > 4 * 1024 * 1024)
    throw serviceError(
      "ValidationException",
      "The aggregate size of the items in the transaction cannot exceed 4 MB",
    )
}

/**
 * What a request is told whose first item another transaction is writing. It never happens by itself here, where writes
 * run one after the other; tests inject it.
 */
export function conflictOf(body: unknown): ServiceError {
  const Message = "Transaction is ongoing for the item"
  // Read as unknown, so that the assertion claims nothing.
  const { TransactItems } = (body ?? {}) as { TransactItems?: unknown }
  if (!Array.isArray(TransactItems)) return serviceError("TransactionConflictException", Message)
  return cancelled(
    TransactItems.map((_, index) =>
      index === 0 ? { Code: "TransactionConflict", Message } : { Code: "None" },
    ),
  )
}

function cancelled(reasons: readonly Reason[]): ServiceError {
  const codes = reasons.map(({ Code }) => Code).join(", ")
  return serviceError("TransactionCanceledException", undefined, {
    CancellationReasons: reasons,
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
  })
}
