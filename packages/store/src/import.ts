/** Import of the simple table into a store: line by line, nothing stored for a line that is refused. */
import { type Catalog, ClaimgateError, expand, quote, routeIds } from "@claimgate/core"
import { memberLabel } from "./conflict.ts"
import type { Member, MemberDraft, PermissionStore, RoleName } from "./port.ts"
import { type ParsedLine, parseSimpleTable } from "./simple-table.ts"

export interface ImportReport {
  /** Members that were written. */
  readonly imported: number
  readonly refused: readonly RefusedLine[]
  /** Roles that members were given and that are not stored (any more), in order of name: they grant nothing yet. */
  readonly unknownRoles: readonly RoleName[]
}

export interface RefusedLine {
  /** From 1. */
  readonly line: number
  readonly message: string
}

export interface ImportOptions {
  /** Refuses permissions that cover no route of this catalog; without it they are kept. */
  readonly catalog?: Catalog
}

/**
 * Writes each line's member over the one that is stored; whoever is disabled stays so. Refuses lines about deleted
 * members and about administrators. Raises the generation once at the end if anything was written. Throws `dependency_failed`, naming the line, when the store fails; the
 * import can then be run again from its first line.
 */
export async function importMembers(
  store: PermissionStore,
  lines: AsyncIterable<string> | Iterable<string>,
  { catalog }: ImportOptions = {},
): Promise<ImportReport> {
  const refused: RefusedLine[] = []
  const givenRoles = new Set<RoleName>()
  let imported = 0
  for await (const entry of parseSimpleTable(lines)) {
    const message = entry.ok ? await importLine(store, entry, catalog) : entry.message
    if (message !== undefined) refused.push({ line: entry.line, message })
    if (message !== undefined || !entry.ok) continue
    imported++
    for (const role of entry.draft.roles) givenRoles.add(role)
  }
  if (imported > 0) await store.raiseGeneration()
  return { imported, refused, unknownRoles: await unknownRoles(store, givenRoles) }
}

/** Stores one line, or says why it is refused. */
async function importLine(
  store: PermissionStore,
  { line, draft }: ParsedLine,
  catalog: Catalog | undefined,
): Promise<string | undefined> {
  try {
    if (catalog !== undefined) for (const permission of draft.permissions) expectCovers(catalog, permission)
    await overwrite(store, draft)
    return undefined
  } catch (error) {
    if (!(error instanceof ClaimgateError)) throw error
    if (error.code !== "dependency_failed") return error.message
    throw new ClaimgateError("dependency_failed", `import stopped at line ${line}: ${error.message}`, {
      cause: error,
    })
  }
}

function expectCovers(catalog: Catalog, permission: string): void {
  const granting = permission.replace(/^!/, "")
  if (routeIds(expand(catalog, [granting])).length === 0)
    throw new ClaimgateError(
      "uncovered_permission",
      `permission ${quote(permission)}: covers no route, expected at least one`,
    )
}

/** Races that one line may lose against other writers before it is refused. */
const mostRaces = 5

/** Writes a member over whatever version is stored. New members, the most of any first import, take one request. */
async function overwrite(store: PermissionStore, draft: MemberDraft): Promise<void> {
  let read: Pick<Member, "version" | "disabled"> = { version: 0, disabled: false }
  for (let race = 1; ; race++) {
    try {
      await store.putMember({ ...draft, disabled: read.disabled }, read.version)
      return
    } catch (error) {
      if (!(error instanceof ClaimgateError) || error.code !== "conflict" || race > mostRaces) throw error
    }
    const { member } = await store.load(draft.subject, draft.roles)
    if (member !== undefined) expectReplaceable(member)
    read = member ?? read
  }
}

/** Version 0 never meets a stored member, so whoever is stored is judged here before anything is written over it. */
function expectReplaceable({ subject, roles, deleted }: Member): void {
  if (deleted) throw protectedMember(subject, "was deleted; a line of an import does not bring anyone back")
  if (roles.includes("admin"))
    throw protectedMember(subject, "holds `admin`, which only an administrator may change")
}

function protectedMember(subject: string, why: string): ClaimgateError {
  return new ClaimgateError("conflict", `${memberLabel(subject)}: ${why}`)
}

async function unknownRoles(store: PermissionStore, given: ReadonlySet<RoleName>): Promise<RoleName[]> {
  const unknown: RoleName[] = []
  for (const name of [...given].sort()) {
    const role = await store.readRole(name)
    if (role === undefined || role.deleted) unknown.push(name)
  }
  return unknown
}
