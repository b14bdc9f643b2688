/** Writing over DynamoDB: read, judge, store in one transaction; and again, as long as another writer was in the way. */
import { randomUUID } from "node:crypto"
import { setTimeout as wait } from "node:timers/promises"
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb"
import { TransactGetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb"
import { batchGet, type CallOptions, failed, type Item, type Request, withinTime } from "./dynamo-call.ts"
import { noHead } from "./head.ts"
import type { Moment, Reading, Verdict } from "./judge.ts"
import { administratorsKey, feedHeadKey, idempotencyKey, type Key } from "./keys.ts"
import { parseAdministrators, parseFeedHead, parseUsed } from "./log-record.ts"
import { type Step, stepsOf, type Target } from "./transaction.ts"

/** What a write works with; its time limit is its own. */
export interface WriteOptions extends CallOptions, Target {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Seconds that a change is kept. */
  readonly changeLifetime: number
  readonly pause: Pause
}

/** Resolves after so many milliseconds, or rejects when the signal aborts. */
export type Pause = (milliseconds: number, signal?: AbortSignal) => Promise<void>

/** Pauses in real time. */
export const pauseInTime: Pause = (milliseconds, signal) =>
  wait(milliseconds, undefined, signal === undefined ? {} : { signal })

/** A write of a record, or without one a raise of the generation. */
export interface Write<R, T> {
  readonly idempotencyKey: string
  readonly record?: { readonly key: Key; readonly parse: (item: Item) => R }
  readonly judge: (reading: Reading<R>, moment: Moment) => Verdict<T>
  /** Reads what was answered before. */
  readonly parseResult: (result: unknown) => T
}

/**
 * Does a write, or answers what it answered before. Throws what it is refused with, and `dependency_failed`, after
 * which nobody can say whether it was done: the same write again finds out.
 */
export function write<R, T>(options: WriteOptions, one: Write<R, T>): Promise<T> {
  return withinTime(options, (request) => untilTaken(options, request, () => tryWrite(options, request, one)))
}

async function tryWrite<R, T>(options: WriteOptions, request: Request, one: Write<R, T>): Promise<T> {
  const moment = { at: options.now(), changeLifetime: options.changeLifetime }
  const judge = (items: readonly Item[]) => one.judge(readingOf(one, items), moment)
  const keys = keysOf(one)
  const first = judge(await batchGet(options, request, keys))
  // A batch may see one half of a transaction. What looks like a lost race may be this very write, done before.
  const verdict = first.to === "refuse" ? judge(await snapshot(options, request, keys)) : first
  if (verdict.to === "refuse") throw verdict.fault
  if (verdict.to === "repeat") return one.parseResult(verdict.result)
  await transact(options, request, stepsOf(options, one.idempotencyKey, verdict.plan))
  return verdict.plan.result
}

function keysOf<R, T>({ idempotencyKey: key, record }: Write<R, T>): readonly Key[] {
  const records = record === undefined ? [] : [record.key, administratorsKey]
  return [feedHeadKey, idempotencyKey(key), ...records]
}

function readingOf<R, T>({ idempotencyKey: key, record }: Write<R, T>, items: readonly Item[]): Reading<R> {
  const read = <V>({ pk }: Key, parse: (item: Item) => V): V | undefined => {
    const item = items.find((one) => one.pk === pk)
    return item === undefined ? undefined : parse(item)
  }
  return {
    record: record === undefined ? undefined : read(record.key, record.parse),
    head: read(feedHeadKey, parseFeedHead) ?? noHead,
    used: read(idempotencyKey(key), parseUsed),
    administrators: read(administratorsKey, parseAdministrators) ?? 0,
  }
}

/** Reads items as they were at one moment. Throws TransactionCanceledException while one of them is being written. */
async function snapshot(
  { client, table }: CallOptions,
  request: Request,
  keys: readonly Key[],
): Promise<readonly Item[]> {
  const TransactItems = keys.map((key) => ({ Get: { TableName: table, Key: { ...key } } }))
  const answer = await request("TransactGetItems", (options) =>
    client.send(new TransactGetCommand({ TransactItems }), options),
  )
  return (answer.Responses ?? []).map(({ Item }) => Item).filter((item) => item !== undefined)
}

/** Stores all or nothing. The token lets DynamoDB know the SDK's second attempt, where the first answer got lost. */
export async function transact(
  { client }: CallOptions,
  request: Request,
  TransactItems: readonly Step[],
): Promise<void> {
  const input = { TransactItems: [...TransactItems], ClientRequestToken: randomUUID() }
  await request("TransactWriteItems", (options) => client.send(new TransactWriteCommand(input), options))
}

/**
 * Tries until nobody is in the way. Every writer needs the head of the change feed, so of many at once one gets
 * through at a time; how long that may take is the call's time limit.
 */
export async function untilTaken<T>(
  options: WriteOptions,
  request: Request,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      expectPassing(options, error)
    }
    const longest = Math.min(10 * 2 ** tries, 200)
    await request("TransactWriteItems", ({ abortSignal }) =>
      options.pause(Math.random() * longest, abortSignal),
    )
  }
}

/** A condition that failed is judged by reading again; so is whatever passes by itself. */
const passing = new Set([
  "None",
  "ConditionalCheckFailed",
  "TransactionConflict",
  "ProvisionedThroughputExceeded",
  "ThrottlingError",
])

function expectPassing({ table }: CallOptions, cause: TransactionCanceledException): void {
  const codes = (cause.CancellationReasons ?? []).map(({ Code = "None" }) => Code)
  const code = codes.find((one) => !passing.has(one))
  if (code !== undefined) throw failed("TransactWriteItems", table, `\`${code}\``, { cause })
}
