/**
 * The one door to dynalite, which has no types: its store, its checks and its operations, each used as it is.
 * Dynalite's own HTTP server is not used, because it throws out of the process on an unexpected error.
 */
import { createRequire } from "node:module"
import type { Readable } from "node:stream"

/** An item as it travels: attribute names to `{ S: … }`, `{ N: … }` and so on. */
export type Item = Readonly<Record<string, unknown>>

/** The parameters of one operation, as dynalite's checks left them. */
export type Input = Record<string, unknown>

/** Node's callback: an error or a value. */
export type Done<T = unknown> = (error: Error | null | undefined, value?: T) => void

/** One change of the database, under its full key. */
export type Write =
  | { readonly type: "put"; readonly key: string; readonly value: unknown }
  | { readonly type: "del"; readonly key: string }

/** A part of the database under a key prefix: the items of one table, one index, the tables themselves. */
export interface SubStore {
  get(key: string, done: Done): void
  put(key: string, value: unknown, done: Done): void
  del(key: string, done: Done): void
  batch(writes: readonly Write[], done: Done): void
  createKeyStream(range?: object): Readable
  createValueStream(range?: object): Readable
  lock(key: string, work: (release: (done: Done) => Done) => void): void
}

/** A table as DescribeTable shows it; only what is read here is named. */
export interface Table {
  readonly TableName: string
  readonly TableStatus: string
}

/** What LevelDB goes through a range with; the database holds on to it until it is closed. */
export interface LevelIterator {
  next(): Promise<unknown>
  close(): Promise<void>
  /** What dynalite calls at the end of a range, and what the iterators of its LevelDB do not have. */
  return?: () => Promise<void>
}

/** What dynalite's operations work on. */
export interface Store {
  readonly db: {
    open(): Promise<void>
    close(): Promise<void>
    get(key: string): Promise<unknown>
    /** All writes or none. */
    batch(writes: readonly Write[]): Promise<void>
    keys(range?: object): LevelIterator
    values(range?: object): LevelIterator
  }
  readonly tableDb: SubStore & { awsRegion: string; awsAccountId: string }
  getItemDb(table: string): SubStore
  getIndexDb(kind: string, table: string, index: string): SubStore
  getTagDb(table: string): SubStore
  getTable(name: string, mustBeActive: boolean, done: Done<Table>): void
  getTable(name: string, done: Done<Table>): void
}

/** One operation: calls back with its answer or with an error that may be a `WireError`. */
export type Action = (store: Store, input: Input, done: Done<object>) => void

/** What dynalite checks about an operation: types and constraints by parameter, then rules across parameters. */
export interface Rules {
  readonly types: Readonly<Record<string, object>>
  readonly custom?: (input: Input, store: Store) => string | undefined
}

/** An error that dynalite made for the wire. */
export interface WireError extends Error {
  readonly statusCode: number
  readonly body: { readonly __type: string; readonly message?: string; readonly Message?: string }
}

const load = createRequire(import.meta.url)

interface Database {
  create(options: object): Store
  validateKey(key: Item, table: Table): WireError | null | undefined
  validateItem(item: Item, table: Table): WireError | null | undefined
  createKey(item: Item, table: Table): string
  itemSize(item: Item): number
}

/** Dynalite's functions over stores, tables and items. */
export const database: Database = load("dynalite/db")

/** Dynalite's checks; both throw a `WireError`. `checkTypes` drops unknown parameters. */
export const checks: {
  checkTypes(input: object, types: Rules["types"]): Input
  checkValidations(input: Input, types: Rules["types"], custom: Rules["custom"], store: Store): void
} = load("dynalite/validations")

/** The names of all operations that dynalite answers. */
export const dynaliteOperations = [
  "BatchGetItem",
  "BatchWriteItem",
  "CreateTable",
  "DeleteItem",
  "DeleteTable",
  "DescribeTable",
  "DescribeTimeToLive",
  "GetItem",
  "ListTables",
  "ListTagsOfResource",
  "PutItem",
  "Query",
  "Scan",
  "TagResource",
  "UntagResource",
  "UpdateItem",
  "UpdateTable",
] as const

/** An operation that dynalite answers. */
export type DynaliteOperation = (typeof dynaliteOperations)[number]

/** Dynalite's code for an operation. */
export function actionOf(operation: DynaliteOperation): Action {
  return load(`dynalite/actions/${fileOf(operation)}`)
}

/** Dynalite's checks for an operation. */
export function rulesOf(operation: DynaliteOperation): Rules {
  return load(`dynalite/validations/${fileOf(operation)}`)
}

function fileOf(operation: DynaliteOperation): string {
  return operation.charAt(0).toLowerCase() + operation.slice(1)
}
