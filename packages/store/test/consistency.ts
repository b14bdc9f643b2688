/** What must hold of a table whatever happened to it: nothing lost, nothing changed without its change and its audit. */
import { isDeepStrictEqual } from "node:util"
import { evaluate } from "../src/evaluate.ts"
import type { FeedHeadItem } from "../src/keys.ts"
import type { AuditRecord, Change, Member, Role, SubjectRecord } from "../src/port.ts"
import { type Items, keyOf } from "./model-dynamo.ts"

type Done = Extract<AuditRecord, { outcome: "done" }>

/** All that is stored, read past the store. */
export interface Contents {
  readonly head: Pick<FeedHeadItem, "number" | "generation">
  readonly changes: readonly Change[]
  readonly audit: readonly Done[]
  readonly members: ReadonlyMap<string, Member>
  readonly roles: ReadonlyMap<string, Role>
  /** As the registry says. */
  readonly administrators: number
}

/** Reads a table's items as what they were written as; that they are that is shown elsewhere. */
export function contentsOf(items: Items): Contents {
  const all = [...items.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const of = (entity: string) => all.filter((item) => item.entity === entity)
  const audit = of("audit") as unknown as AuditRecord[]
  return {
    head: (of("feed-head")[0] as unknown as FeedHeadItem | undefined) ?? { number: 0, generation: 0 },
    changes: of("change") as unknown as Change[],
    audit: audit.filter((record) => record.outcome === "done"),
    members: new Map(of("member").map((item) => [String(item.subject), memberOf(item as unknown as Member)])),
    roles: new Map(of("role").map((item) => [String(item.name), roleOf(item as unknown as Role)])),
    administrators: Number(of("administrators")[0]?.count ?? 0),
  }
}

function memberOf({ subject, roles, permissions, disabled, deleted, version }: Member): Member {
  return { subject, roles, permissions, disabled, deleted, version }
}

function roleOf({ name, permissions, deleted, version }: Role): Role {
  return { name, permissions, deleted, version }
}

/** What is wrong with a table; empty if nothing is. */
export function inconsistencies(contents: Contents): string[] {
  const { head, changes, members, roles } = contents
  return [
    ...gaps(head.number, changes),
    ...(changes.filter(({ kind }) => kind === "generation").length === head.generation
      ? []
      : [`generation ${head.generation} without its changes`]),
    ...unaudited(contents),
    ...[...members].flatMap(([name, member]) => brokenTrail(contents, "member", name, member)),
    ...[...roles].flatMap(([name, role]) => brokenTrail(contents, "role", name, role)),
    ...miscounted(contents),
  ]
}

function gaps(last: number, changes: readonly Change[]): string[] {
  const numbers = changes.map(({ number }) => number)
  const expected = Array.from({ length: last }, (_, n) => n + 1)
  return isDeepStrictEqual(numbers, expected) ? [] : [`changes ${numbers} up to ${last}`]
}

function unaudited({ changes, audit }: Contents): string[] {
  const numbered = audit.filter(({ number }) => number !== undefined)
  const missing = changes.filter(({ number, kind, name }) => {
    const found = numbered.filter((one) => one.number === number)
    return found.length !== 1 || found[0]?.kind !== kind || found[0].name !== name
  })
  return [
    ...missing.map(({ number }) => `change ${number} without its one audit record`),
    ...(numbered.length === changes.length
      ? []
      : [`${numbered.length} records of ${changes.length} changes`]),
  ]
}

/** The audit tells every version of a record, each from what the one before it left, and changes tell all but imports. */
function brokenTrail(
  { changes, audit }: Contents,
  kind: Change["kind"],
  name: string,
  now: Member | Role,
): string[] {
  const trail = audit
    .filter((one) => one.kind === kind && one.name === name)
    .sort((a, b) => (a.after?.version ?? 0) - (b.after?.version ?? 0))
  const broken = trail.some(({ before }, at) => !isDeepStrictEqual(before, trail[at - 1]?.after))
  const versions = trail.map(({ after }) => after?.version)
  const isCounted = isDeepStrictEqual(
    versions,
    Array.from({ length: now.version }, (_, n) => n + 1),
  )
  const isLast = isDeepStrictEqual(trail.at(-1)?.after, now)
  const told = changes
    .filter((change) => change.kind === kind && change.name === name)
    .map(({ version }) => version)
  const untold = trail.filter(
    ({ action, after }) => action !== "import" && !told.includes(after?.version ?? 0),
  )
  return [
    ...(broken || !isCounted || !isLast
      ? [`${kind} ${name}: versions ${versions} do not lead to what is stored`]
      : []),
    ...untold.map(({ after }) => `${kind} ${name}: version ${after?.version} without its change`),
  ]
}

function miscounted({ members, administrators }: Contents): string[] {
  const there = [...members.values()].filter(
    ({ roles, disabled, deleted }) => roles.includes("admin") && !disabled && !deleted,
  )
  return there.length === administrators
    ? []
    : [`${there.length} administrators, counted as ${administrators}`]
}

/** Whether the change feed says of a token that it is behind, where the token was minted from this record. */
export function isBehind(
  { changes }: Contents,
  { subject, generation, member, roles }: SubjectRecord,
): boolean {
  const held = [...(member?.roles ?? [])]
  const versionOf = (name: string) => roles.find((role) => role.name === name)?.version ?? 0
  return changes.some(({ kind, name, version }) => {
    if (kind === "generation") return version > generation
    if (kind === "member") return name === subject && version > (member?.version ?? 0)
    return held.includes(name) && version > versionOf(name)
  })
}

/** A token that is not behind, and holds other permissions than its subject; empty if it holds the same. */
export function wrongToken(contents: Contents, minted: SubjectRecord): string[] {
  if (isBehind(contents, minted)) return []
  const member = contents.members.get(minted.subject)
  const roles = (member?.roles ?? [])
    .map((name) => contents.roles.get(name))
    .filter((role) => role !== undefined)
  const held = evaluate({ ...minted, member, roles }).permissions
  const claimed = evaluate(minted).permissions
  return isDeepStrictEqual([...claimed].sort(), [...held].sort())
    ? []
    : [`a token of ${minted.subject} holds [${claimed}] and is not behind; stored is [${held}]`]
}
