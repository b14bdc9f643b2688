/** Lists over DynamoDB, page by page: members and roles, changes, the audit. */
import { QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb"
import { type CallOptions, type Item, withinTime } from "./dynamo-call.ts"
import {
  auditMonth,
  auditTrail,
  changeFeed,
  changeKey,
  memberKey,
  memberList,
  roleKey,
  roleList,
} from "./keys.ts"
import { parseAudit, parseChange } from "./log-record.ts"
import { parseRoleName, parseSubject } from "./names.ts"
import { formatPlace, type Place, parseAfterChange, parseAuditQuery, parseLimit, parsePlace } from "./page.ts"
import type { AuditQuery, AuditRecord, Change, Member, Page, PageRequest, Role } from "./port.ts"
import { parseMember, parseRole } from "./record.ts"
import { monthBefore, monthOf } from "./trail.ts"

/** Members that are not deleted, by subject. Throws `malformed_record` for one that cannot be read. */
export async function listMembers(options: CallOptions, page: PageRequest): Promise<Page<Member>> {
  const { after } = page
  const start = after === undefined ? undefined : inIndex(memberKey(parseSubject(after)), memberList, after)
  const found = await query(options, { ...byIndex(memberList), start, limit: parseLimit(page) })
  const items = found.items.map((item) => parseMember(item, String(item.subject)))
  return { items, next: found.more ? items.at(-1)?.subject : undefined }
}

/** Roles that are not deleted, by name. Throws `malformed_record` for one that cannot be read. */
export async function listRoles(options: CallOptions, page: PageRequest): Promise<Page<Role>> {
  const { after } = page
  const start = after === undefined ? undefined : inIndex(roleKey(parseRoleName(after)), roleList, after)
  const found = await query(options, { ...byIndex(roleList), start, limit: parseLimit(page) })
  const items = found.items.map((item) => parseRole(item, String(item.name)))
  return { items, next: found.more ? items.at(-1)?.name : undefined }
}

/** Changes in order of number, but for those that expired. Throws `malformed_record` for one that cannot be read. */
export async function listChanges(
  options: CallOptions,
  page: PageRequest,
  now: number,
): Promise<Page<Change>> {
  const start = changeKey(parseAfterChange(page))
  const found = await query(options, { ...byTable(changeFeed), start, limit: parseLimit(page) })
  const changes = found.items.map(parseChange)
  return {
    items: changes.filter((change) => change.expiresAt > now).map(({ expiresAt: _, ...change }) => change),
    next: found.more ? changes.at(-1)?.number.toString() : undefined,
  }
}

/** Audit records, the newest first. Throws `malformed_record` for one that cannot be read. */
export async function listAudit(
  options: CallOptions,
  query: AuditQuery,
  page: PageRequest,
): Promise<Page<AuditRecord>> {
  const asked = parseAuditQuery(query)
  const limit = parseLimit(page)
  return "from" in asked ? listSpan(options, asked, page, limit) : listTrail(options, asked, page, limit)
}

async function listTrail(
  options: CallOptions,
  trail: Pick<Change, "kind" | "name">,
  page: PageRequest,
  limit: number,
): Promise<Page<AuditRecord>> {
  const pk = auditTrail(trail.kind, trail.name)
  const place = parsePlace(page, trail)
  const start = place && { pk, sk: place.id }
  const found = await query(options, { ...byTable(pk), start, limit, newestFirst: true })
  const items = found.items.map(parseAudit)
  return { items, next: found.more ? items.map(formatPlace).at(-1) : undefined }
}

interface Span {
  readonly from: number
  readonly to: number
}

/** Months that one page looks into. */
const mostMonths = 12

/** Month by month, as the index has them; a page may go on with a month that it has not looked into. */
async function listSpan(
  options: CallOptions,
  span: Span,
  page: PageRequest,
  limit: number,
): Promise<Page<AuditRecord>> {
  const items: AuditRecord[] = []
  let { month, place } = startOf(span, page)
  for (let months = 0; months < mostMonths && items.length < limit; months++) {
    if (month < monthOf(span.from)) return { items, next: undefined }
    const found = await queryMonth(options, { span, month, place, limit: limit - items.length })
    items.push(...found.items)
    if (found.more) return { items, next: items.map(formatPlace).at(-1) }
    place = undefined
    month = monthBefore(month)
  }
  return { items, next: month < monthOf(span.from) ? undefined : month }
}

/** Where a page begins: after a record, with a month, or at the end of the span. */
function startOf(span: Span, page: PageRequest): { month: string; place: Place | undefined } {
  const isMonth = /^\d{4}-\d{2}$/.test(page.after ?? "")
  const place = isMonth ? undefined : parsePlace(page, span)
  const month = isMonth ? page.after : place?.id.slice(0, 7)
  return { month: month ?? monthOf(span.to), place }
}

async function queryMonth(
  options: CallOptions,
  { span, month, place, limit }: { span: Span; month: string; place: Place | undefined; limit: number },
) {
  const key = place && { pk: auditTrail(place.kind, place.name), sk: place.id }
  const found = await query(options, {
    ...byIndex(auditMonth(month)),
    start: key && inIndex(key, auditMonth(month), key.sk),
    between: [new Date(span.from).toISOString(), new Date(span.to).toISOString()],
    limit,
    newestFirst: true,
  })
  return { items: found.items.map(parseAudit), more: found.more }
}

/** One partition, of the table or of its index. */
interface List {
  readonly partition: Pick<QueryCommandInput, "IndexName" | "ConsistentRead"> & {
    readonly field: "pk" | "gsi1pk"
    readonly value: string
  }
  readonly start?: object | undefined
  /** Of the index's sort key. */
  readonly between?: readonly [string, string]
  readonly limit: number
  readonly newestFirst?: boolean
}

/** Consistent. */
function byTable(value: string) {
  return { partition: { field: "pk", value, ConsistentRead: true } } as const
}

/** May lag behind. */
function byIndex(value: string) {
  return { partition: { field: "gsi1pk", value, IndexName: "gsi1" } } as const
}

function inIndex(key: object, gsi1pk: string, gsi1sk: string): object {
  return { ...key, gsi1pk, gsi1sk }
}

/** One request. It may end before the limit, where DynamoDB has read 1 MB; `more` says that something may follow. */
function query(
  options: CallOptions,
  list: List,
): Promise<{ readonly items: readonly Item[]; readonly more: boolean }> {
  const { start, limit, newestFirst = false } = list
  const { IndexName, ConsistentRead } = list.partition
  const command = new QueryCommand({
    ...{ TableName: options.table, IndexName, ConsistentRead, ...conditionOf(list) },
    ...{ Limit: limit, ScanIndexForward: !newestFirst },
    ...(start === undefined ? {} : { ExclusiveStartKey: { ...start } }),
  })
  return withinTime(options, async (request) => {
    const answer = await request("Query", (sending) => options.client.send(command, sending))
    return { items: answer.Items ?? [], more: answer.LastEvaluatedKey !== undefined }
  })
}

function conditionOf({ partition: { field, value }, between }: List) {
  const names = { "#partition": field }
  const values = { ":partition": value }
  if (between === undefined)
    return {
      KeyConditionExpression: "#partition = :partition",
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    }
  return {
    KeyConditionExpression: "#partition = :partition AND #sort BETWEEN :from AND :to",
    ExpressionAttributeNames: { ...names, "#sort": "gsi1sk" },
    ExpressionAttributeValues: { ...values, ":from": between[0], ":to": between[1] },
  }
}
