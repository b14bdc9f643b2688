/** Where a list of the store goes on, as clients carry it: opaque, and of any list; the store knows its own places. */
import { ClaimgateError } from "@claimgate/core"
import type { Page } from "@claimgate/store"

/** The place in a list that a cursor stands for; throws `malformed_input` for what is no text that was encoded here. */
export function decodePlace(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const place = Buffer.from(cursor, "base64url").toString()
  if (place !== "" && encodePlace(place) === cursor) return place
  throw new ClaimgateError("malformed_input", "query: `cursor`: expected one that this list gave")
}

/** A page as it is answered: its items shown, and a cursor where there may be more. */
export function answered<From, To>({ items, next }: Page<From>, show: (item: From) => To) {
  return { items: items.map(show), ...(next === undefined ? {} : { cursor: encodePlace(next) }) }
}

function encodePlace(place: string): string {
  return Buffer.from(place).toString("base64url")
}
