import type { Readable } from "node:stream"
import type { Action, Done, Input, Item, Store, SubStore, Table, Write } from "./dynalite.ts"
import { asServiceError, type ServiceError } from "./service-error.ts"

/** What an operation did: its answer or its error, the item it found, and the writes it wants, none of them done. */
export type Performed = { readonly writes: readonly Write[]; readonly found: Item | undefined } & (
  | { readonly ok: true; readonly answer: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly error: ServiceError }
)

type Guard = <T>(done: Done<T>) => Done<T>

/**
 * Runs one of dynalite's operations over a view of the store that reads through and keeps the item and index
 * writes back, so that the caller commits them in one batch, with those of other operations or not at all.
 * Never rejects: whatever the operation throws, in a callback or a stream too, becomes an error answer.
 */
export function perform(store: Store, action: Action, input: Input): Promise<Performed> {
  return new Promise((resolve) => {
    const kept: Kept = { writes: [], found: undefined }
    const fail = (error: unknown) => resolve({ ...kept, ok: false, error: asServiceError(error) })
    try {
      action(viewOf(store, kept, fail), input, (error, answer) =>
        error ? fail(error) : resolve({ ...kept, ok: true, answer: { ...answer } }),
      )
    } catch (error) {
      fail(error)
    }
  })
}

interface Kept {
  readonly writes: Write[]
  found: Item | undefined
}

function viewOf(store: Store, kept: Kept, fail: (error: unknown) => void): Store {
  const guard = guardWith(fail)
  return {
    ...store,
    tableDb: { ...store.tableDb, ...guarded(store.tableDb, guard, fail) },
    getTagDb: (table) => guarded(store.getTagDb(table), guard, fail),
    getTable(name: string, ...rest: [Done<Table>] | [boolean, Done<Table>]) {
      if (rest.length === 1) store.getTable(name, guard(rest[0]))
      else store.getTable(name, rest[0], guard(rest[1]))
    },
    getItemDb(table) {
      const items = guarded(store.getItemDb(table), guard, fail)
      return { ...items, ...keeping(`item-${table}~`, kept), get: remembering(items, kept) }
    },
    getIndexDb(kind, table, index) {
      const entries = guarded(store.getIndexDb(kind, table, index), guard, fail)
      return { ...entries, ...keeping(`index-${kind.toLowerCase()}~${table}~${index}~`, kept) }
    },
  }
}

/** The key prefixes are dynalite 4.0.0's own. INVARIANT: what is kept is found again; pinned by `operations.test.ts`. */
function keeping(prefix: string, kept: Kept): Pick<SubStore, "put" | "del" | "lock"> {
  return {
    put(key, value, done) {
      kept.writes.push({ type: "put", key: prefix + key, value })
      done(null)
    },
    del(key, done) {
      kept.writes.push({ type: "del", key: prefix + key })
      done(null)
    },
    // Whoever writes holds the one lock over all writes already.
    lock: (_key, work) => work((done) => done),
  }
}

function remembering(items: SubStore, kept: Kept): SubStore["get"] {
  return (key, done) =>
    items.get(key, (error, item) => {
      // What the database holds under an item's key is an item.
      kept.found = item as Item | undefined
      done(error, item)
    })
}

function guardWith(fail: (error: unknown) => void): Guard {
  return (done) => (error, value) => {
    try {
      done(error, value)
    } catch (thrown) {
      fail(thrown)
    }
  }
}

function guarded(part: SubStore, guard: Guard, fail: (error: unknown) => void): SubStore {
  return {
    get: (key, done) => part.get(key, guard(done)),
    put: (key, value, done) => part.put(key, value, guard(done)),
    del: (key, done) => part.del(key, guard(done)),
    batch: (writes, done) => part.batch(writes, guard(done)),
    createKeyStream: (range) => guardedStream(part.createKeyStream(range), fail),
    createValueStream: (range) => guardedStream(part.createValueStream(range), fail),
    lock: (key, work) => part.lock(key, work),
  }
}

/** Dynalite filters and projects inside a stream's listeners, where a throw would end the process. */
function guardedStream(stream: Readable, fail: (error: unknown) => void): Readable {
  const emit = stream.emit.bind(stream)
  stream.emit = (...event: Parameters<typeof emit>) => {
    try {
      return emit(...event)
    } catch (thrown) {
      fail(thrown)
      return false
    }
  }
  return stream
}
