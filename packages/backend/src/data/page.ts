/** Lists in pages. A cursor is opaque to whoever gets one: the place in its list, never a key of the table. */
import { ClaimgateError } from "@claimgate/core"

export interface PageRequest {
  /** At most that many items. */
  readonly limit: number
  /** Where an earlier page ended. */
  readonly cursor?: string | undefined
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Left out on the last page. */
  readonly cursor?: string
}

/** Writes the place behind an item, given by what the list is sorted by. */
export function encodeCursor(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url")
}

/** Reads a place of that many parts; throws `malformed_input` for anything that no list gave out. */
export function decodeCursor(cursor: string, parts: number): readonly string[] {
  const place = parse(Buffer.from(cursor, "base64url").toString())
  const valid = Array.isArray(place) && place.length === parts && place.every(isPart)
  if (valid && encodeCursor(place) === cursor) return place
  throw new ClaimgateError("malformed_input", "query: `cursor`: expected one that this list gave")
}

const longestPart = 128

function isPart(part: unknown): part is string {
  return typeof part === "string" && part.length > 0 && part.length <= longestPart
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Makes a page of what a query gave: with a cursor only where there may be more. */
export function pageOf<Item>(
  items: readonly Item[],
  more: boolean,
  placeOf: (last: Item) => readonly string[],
): Page<Item> {
  const last = items.at(-1)
  return more && last !== undefined ? { items, cursor: encodeCursor(placeOf(last)) } : { items }
}
