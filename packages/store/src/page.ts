/** Pages of lists: what may be asked for, and where the next one goes on. */
import { ClaimgateError, quote } from "@claimgate/core"
import { parseRoleName, parseSubject } from "./names.ts"
import type { AuditQuery, AuditRecord, Change, Page, PageRequest } from "./port.ts"

const usualLimit = 100
const highestLimit = 1000

/** How many a page has at most, or `malformed_input`. */
export function parseLimit({ limit = usualLimit }: PageRequest): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= highestLimit) return limit
  throw new ClaimgateError(
    "malformed_input",
    `limit \`${limit}\`: expected a whole number from 1 to ${highestLimit}`,
  )
}

/** The change that a page goes on after; 0 for the first page. Throws `malformed_input`. */
export function parseAfterChange({ after = "0" }: PageRequest): number {
  if (/^\d{1,15}$/.test(after)) return Number(after)
  throw new ClaimgateError("malformed_input", `after ${quote(after)}: expected a change's number`)
}

/** What of the audit is asked for. Throws `malformed_name`, and `malformed_input` for a time or a generation's name. */
export function parseAuditQuery(query: AuditQuery): AuditQuery {
  if (!("from" in query)) return parseTrail(query)
  const { from, to } = query
  if (isTime(from) && isTime(to) && from <= to) return { from, to }
  throw new ClaimgateError(
    "malformed_input",
    `from \`${from}\`, to \`${to}\`: expected milliseconds since 1970, \`from\` not after \`to\``,
  )
}

/** Up to the year 9999, so that ISO 8601 has one order. */
function isTime(milliseconds: number): boolean {
  return Number.isInteger(milliseconds) && milliseconds >= 0 && milliseconds < 253_402_300_800_000
}

/** What a trail is about. Throws like `parseAuditQuery`. */
export function parseTrail({ kind, name }: Pick<Change, "kind" | "name">): Pick<Change, "kind" | "name"> {
  if (kind === "member") return { kind, name: parseSubject(name) }
  if (kind === "role") return { kind, name: parseRoleName(name) }
  if (kind === "generation" && name === "") return { kind, name }
  throw new ClaimgateError("malformed_input", "generation: expected no name")
}

/** Where an audit record is, in any list: unlike its id alone, this is unique in a month too. */
export interface Place extends Pick<AuditRecord, "id" | "kind" | "name"> {}

/** A place as the `next` of a page. */
export function formatPlace({ id, kind, name }: Place): string {
  return `${id} ${kind} ${name}`
}

/** Reads what `formatPlace` wrote, for the same query; `malformed_input` otherwise. */
export function parsePlace({ after }: PageRequest, query: AuditQuery): Place | undefined {
  if (after === undefined) return undefined
  const [, id = "", kind, name = ""] =
    /^([\d:.TZ-]+#[\da-f-]+) (member|role|generation) (\S*)$/.exec(after) ?? []
  const inside = "from" in query ? isWithin(query, id) : query.kind === kind && query.name === name
  // The pattern lets nothing else through.
  if (id !== "" && inside) return { id, kind: kind as Place["kind"], name }
  throw new ClaimgateError(
    "malformed_input",
    `after ${quote(after)}: expected the \`next\` of a page of this list`,
  )
}

/** Whether a record of this id is in a span of time: ids start with their time. */
export function isWithin({ from, to }: { readonly from: number; readonly to: number }, id: string): boolean {
  return id >= new Date(from).toISOString() && id < new Date(to).toISOString()
}

/** A page of what is there in full; `placeOf` tells where an item is in the list. */
export function pageOf<T>(items: readonly T[], limit: number, placeOf: (item: T) => string): Page<T> {
  const page = items.slice(0, limit)
  const last = page.at(-1)
  return { items: page, next: last === undefined || items.length <= limit ? undefined : placeOf(last) }
}
