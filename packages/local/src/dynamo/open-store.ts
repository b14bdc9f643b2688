import { existsSync, readdirSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { database, type LevelIterator, type Store } from "./dynalite.ts"

/** Where the stand-in says that it is; the account and region of table ARNs. */
const place = { awsRegion: "eu-west-1", awsAccountId: "000000000000" }

/** Opens a store in memory, or in a directory of its own; an Error of one line says why a directory cannot serve. */
export async function openStore(directory: string | undefined): Promise<Store> {
  if (directory !== undefined) await prepare(directory)
  const delays = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }
  const store = database.create(directory === undefined ? delays : { ...delays, path: directory })
  try {
    await store.db.open()
  } catch (error) {
    throw new Error(`data directory \`${directory}\`: ${why(error)}`, { cause: error })
  }
  Object.assign(store.tableDb, place)
  closeIterators(store.db)
  return store
}

/** Dynalite never closes an iterator, so that each Query and Scan would stay in memory: gives them what it calls instead. */
function closeIterators(db: Store["db"]): void {
  for (const range of ["keys", "values"] as const) {
    const open = db[range].bind(db)
    db[range] = (options) => closable(open(options))
  }
}

function closable(iterator: LevelIterator): LevelIterator {
  iterator.return = () => iterator.close()
  return iterator
}

/** LevelDB takes a directory without a CURRENT file for a new database, and clears away what it finds there. */
async function prepare(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
    const files = readdirSync(directory).filter((name) => !/^(LOCK|LOG(\.old)?)$/.test(name))
    if (files.length === 0 || existsSync(`${directory}/CURRENT`)) return
  } catch (error) {
    throw new Error(`data directory \`${directory}\`: ${why(error)}`, { cause: error })
  }
  throw new Error(`data directory \`${directory}\`: expected an empty directory or one written by this store`)
}

function why(error: unknown): string {
  const codes = [codeOf(error), codeOf(causeOf(error))]
  const text = String(causeOf(error) ?? error)
  if (codes.includes("LEVEL_LOCKED")) return "in use by another process"
  if (codes.includes("LEVEL_CORRUPTION") || /corrupt/i.test(text)) return "damaged; restore or delete it"
  if (
    codes.some((code) => code === "EACCES" || code === "EROFS") ||
    /permission denied|read-only/i.test(text)
  )
    return "not writable"
  if (codes.some((code) => code === "EEXIST" || code === "ENOTDIR")) return "not a directory"
  return `cannot be opened (${codes.find((code) => code !== undefined) ?? "unknown reason"})`
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined
}
