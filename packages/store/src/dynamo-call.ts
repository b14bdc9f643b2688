/** One call of the store against DynamoDB: all its requests under one time limit, every fault under one code. */
import { setTimeout as pause } from "node:timers/promises"
import { ConditionalCheckFailedException, TransactionCanceledException } from "@aws-sdk/client-dynamodb"
import { BatchGetCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { ClaimgateError, quote } from "@claimgate/core"
import type { Key } from "./keys.ts"

/** What a call works with. */
export interface CallOptions {
  readonly client: DynamoDBDocumentClient
  readonly table: string
  /** Milliseconds for all requests of one call together. */
  readonly timeLimit: number
}

/** Sends one request: `send` passes the options on to the client. */
export type Request = <T>(
  operation: string,
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
) => Promise<T>

/** An item as the table gave it, not yet parsed. */
export type Item = Readonly<Record<string, unknown>>

/**
 * Runs one call; when its time is over, whatever it waits for is aborted. Any fault of AWS, of the network or of
 * time is `dependency_failed`, naming operation and table; only a failed condition and a cancelled transaction pass as
 * they are, being answers.
 */
export async function withinTime<T>(
  { table, timeLimit }: CallOptions,
  work: (request: Request) => Promise<T>,
): Promise<T> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), timeLimit)
  const late = rejectOnAbort(abort.signal)
  try {
    return await work(async (operation, send) => {
      try {
        return await Promise.race([send({ abortSignal: abort.signal }), late])
      } catch (cause) {
        if (isAnswer(cause)) throw cause
        const why = abort.signal.aborted ? `no answer within ${timeLimit} ms` : nameOf(cause)
        throw failed(operation, table, why, { cause })
      }
    })
  } finally {
    clearTimeout(timer)
  }
}

function isAnswer(cause: unknown): boolean {
  return cause instanceof ConditionalCheckFailedException || cause instanceof TransactionCanceledException
}

/** Milliseconds before each further attempt at keys that a batch left out; jitter takes up to half of it. */
const backOff = [25, 50, 100, 200]

/** Reads items by key, consistently, in one request; those that DynamoDB leaves out are asked for again, four times. */
export async function batchGet(
  { client, table }: CallOptions,
  request: Request,
  keys: readonly Key[],
): Promise<readonly Item[]> {
  const items: Item[] = []
  let rest: readonly object[] = keys
  for (let attempt = 0; attempt <= backOff.length; attempt++) {
    if (attempt > 0) await backOffBefore(attempt, request)
    const RequestItems = { [table]: { Keys: [...rest], ConsistentRead: true } }
    const answer = await request("BatchGetItem", (options) =>
      client.send(new BatchGetCommand({ RequestItems }), options),
    )
    items.push(...(answer.Responses?.[table] ?? []))
    rest = answer.UnprocessedKeys?.[table]?.Keys ?? []
    if (rest.length === 0) return items
  }
  throw failed(
    "BatchGetItem",
    table,
    `${rest.length} ${rest.length === 1 ? "key" : "keys"} unread after ${backOff.length + 1} attempts`,
  )
}

async function backOffBefore(attempt: number, request: Request): Promise<void> {
  const longest = backOff[attempt - 1]!
  const wait = longest * (1 - Math.random() / 2)
  await request("BatchGetItem", ({ abortSignal }) => pause(wait, undefined, { signal: abortSignal }))
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  })
  // Nobody may be waiting when time is up; that is no fault.
  late.catch(() => {})
  return late
}

/** `dependency_failed`, naming operation and table. */
export function failed(
  operation: string,
  table: string,
  why: string,
  options?: ErrorOptions,
): ClaimgateError {
  return new ClaimgateError(
    "dependency_failed",
    `DynamoDB: \`${operation}\` on table ${quote(table)}: ${why}`,
    options,
  )
}

/** The fault's own short name. Its message stays in the cause: AWS puts principals and keys there. */
function nameOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown fault"
  // Faults of the network carry their name in `code`, such as ECONNREFUSED.
  return quote("code" in cause && typeof cause.code === "string" ? cause.code : cause.name)
}
