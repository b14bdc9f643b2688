/** Lists of the memory store, page by page. */
import { seconds } from "./judge.ts"
import type { Memory } from "./memory.ts"
import { parseRoleName, parseSubject } from "./names.ts"
import {
  formatPlace,
  isWithin,
  pageOf,
  parseAfterChange,
  parseAuditQuery,
  parseLimit,
  parsePlace,
} from "./page.ts"
import type { AuditQuery, AuditRecord, Change, Member, Page, PageRequest, Role } from "./port.ts"

export function listMembers({ members }: Memory, page: PageRequest): Page<Member> {
  const after = page.after === undefined ? "" : parseSubject(page.after)
  const live = [...members.values()].filter(({ deleted, subject }) => !deleted && subject > after)
  return pageOf(
    sortedBy(live, ({ subject }) => subject),
    parseLimit(page),
    ({ subject }) => subject,
  )
}

export function listRoles({ roles }: Memory, page: PageRequest): Page<Role> {
  const after = page.after === undefined ? "" : parseRoleName(page.after)
  const live = [...roles.values()].filter(({ deleted, name }) => !deleted && name > after)
  return pageOf(
    sortedBy(live, ({ name }) => name),
    parseLimit(page),
    ({ name }) => name,
  )
}

export function listChanges({ changes }: Memory, page: PageRequest, at: number): Page<Change> {
  const after = parseAfterChange(page)
  const live = changes
    .filter(({ number, expiresAt }) => number > after && expiresAt > seconds({ at }))
    .map(({ expiresAt: _, ...change }) => change)
  return pageOf(live, parseLimit(page), ({ number }) => String(number))
}

export function listAudit({ audit }: Memory, query: AuditQuery, page: PageRequest): Page<AuditRecord> {
  const asked = parseAuditQuery(query)
  const place = parsePlace(page, asked)
  const found = audit.filter((record) =>
    "from" in asked ? isWithin(asked, record.id) : record.kind === asked.kind && record.name === asked.name,
  )
  const newest = sortedBy(found, formatPlace).reverse()
  const rest = place === undefined ? newest : newest.filter((one) => formatPlace(one) < formatPlace(place))
  return pageOf(rest, parseLimit(page), formatPlace)
}

/** By code unit, as DynamoDB orders keys, which are ASCII here. */
function sortedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}
