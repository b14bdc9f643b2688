/** The head of the change feed: one item that every write goes through, so that changes have one order. */
import type { Generation } from "./port.ts"

export interface Head {
  /** The last change's number; 0 before the first one. */
  readonly number: number
  readonly generation: number
  readonly importing: Importing | undefined
}

/** The bulk import that began last and has not ended. */
export interface Importing {
  /** The idempotency key that it was begun under. */
  readonly run: string
  /** Whether it may still write. */
  readonly open: boolean
  /** When it began, in milliseconds since 1970. */
  readonly since: number
}

/** Where nothing was ever changed. */
export const noHead: Head = { number: 0, generation: 0, importing: undefined }

/** Milliseconds that an import may write after it began: the change that raised the generation outlives them. */
export const longestImport = 24 * 3600_000

/**
 * The generation that a token gets. A bulk import writes no change for each member: from its first write to its last
 * one, the feed's generation alone says that tokens are old, so none may have that generation yet.
 *
 * INVARIANT: a token that has the feed's generation holds what imports wrote. Of the head that a load read,
 * - before the import began, it answers an older generation than the feed's;
 * - while it ran, one less than the feed's;
 * - after it had ended: an import first stops writing, then waits for longer than a load may take, then ends. So
 *   this load began after the last write, and read it, in whatever order it read its items.
 *
 * Pinned by races.test.ts, over every order of reads and writes.
 */
export function generationOf({ generation, importing }: Head): number {
  return importing === undefined ? generation : generation - 1
}

/** What the head says to whoever asks, at some time in milliseconds since 1970. */
export function describeHead(head: Head, at: number): Generation {
  const { generation, importing } = head
  if (importing === undefined) return { generation, importing }
  return { generation, importing: { since: importing.since, mayWrite: mayImport(head, importing.run, at) } }
}

/** Whether an import may write. */
export function mayImport({ importing }: Head, run: string, at: number): boolean {
  return importing?.run === run && importing.open && at - importing.since < longestImport
}
