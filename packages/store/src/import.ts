/** Import of the simple table into a store, many lines at a time; nothing is stored for a line that is refused. */
import { type Catalog, ClaimgateError, expand, quote, routeIds } from "@claimgate/core"
import { mostImported } from "./import-judge.ts"
import type { Attribution, MemberDraft, PermissionStore, RoleName } from "./port.ts"
import { type ParsedLine, parseSimpleTable } from "./simple-table.ts"

export interface ImportReport {
  /** Members that were written. */
  readonly imported: number
  /** Members that were stored already as their lines say. */
  readonly unchanged: number
  /** In order. */
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
  /** Whether more is to come on the same behalf: then the import goes on running, also when this part fails. */
  readonly goesOn?: boolean
}

/**
 * Writes each line's member over the one that is stored; whoever is disabled stays so. Refuses lines about deleted
 * members and about administrators. Raises the generation once, before the first line that can be stored: so what is
 * written takes effect as any other change does, also when the import breaks off. Throws `dependency_failed`, naming
 * the lines, when the store fails, and `conflict` when another import took its place; it can then be run again from its
 * first line. Takes at least as long as `endImport`.
 */
export async function importMembers(
  store: PermissionStore,
  lines: AsyncIterable<string> | Iterable<string>,
  by: Attribution,
  { catalog, goesOn = false }: ImportOptions = {},
): Promise<ImportReport> {
  const tally: Tally = { imported: 0, unchanged: 0, refused: [], givenRoles: new Set() }
  let begun = false
  try {
    for await (const chunk of chunksOf(lines, catalog, tally)) {
      await naming(chunk, async () => {
        if (!begun) await store.beginImport(by)
        begun = true
        await importChunk(store, chunk, by, tally)
      })
    }
  } catch (fault) {
    // What went wrong is what counts; an import that could not be ended leaves tokens rechecks until the next one.
    if (!goesOn) await store.endImport(by).catch(() => undefined)
    throw fault
  }
  if (!goesOn) await store.endImport(by)
  const { imported, unchanged, refused, givenRoles } = tally
  return {
    imported,
    unchanged,
    refused: refused.sort((a, b) => a.line - b.line),
    unknownRoles: await unknownRoles(store, givenRoles),
  }
}

interface Tally {
  imported: number
  unchanged: number
  readonly refused: RefusedLine[]
  readonly givenRoles: Set<RoleName>
}

/** Lines that can be stored, as many as go into one call. */
async function* chunksOf(
  lines: AsyncIterable<string> | Iterable<string>,
  catalog: Catalog | undefined,
  { refused }: Tally,
): AsyncGenerator<readonly ParsedLine[]> {
  let chunk: ParsedLine[] = []
  for await (const entry of parseSimpleTable(lines)) {
    const message = entry.ok ? uncovered(entry.draft, catalog) : entry.message
    if (message !== undefined) refused.push({ line: entry.line, message })
    else if (entry.ok) chunk.push(entry)
    if (chunk.length < mostImported) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

async function importChunk(
  store: PermissionStore,
  chunk: readonly ParsedLine[],
  by: Attribution,
  tally: Tally,
): Promise<void> {
  const outcomes = await store.importMembers(
    chunk.map(({ draft }) => draft),
    by,
  )
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.outcome === "refused") {
      // There is an outcome for each draft, in their order.
      tally.refused.push({ line: chunk[at]!.line, message: outcome.message })
      continue
    }
    if (outcome.outcome === "written") tally.imported++
    else tally.unchanged++
    for (const role of outcome.member.roles) tally.givenRoles.add(role)
  }
}

/** Says where an import stopped, when the store fails. */
async function naming(chunk: readonly ParsedLine[], work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    if (!(cause instanceof ClaimgateError) || cause.code !== "dependency_failed") throw cause
    const [first, last] = [chunk[0]?.line, chunk.at(-1)?.line]
    const where = first === last ? `line ${first}` : `lines ${first} to ${last}`
    throw new ClaimgateError("dependency_failed", `import stopped at ${where}: ${cause.message}`, { cause })
  }
}

/** Says which permission covers no route, if any. */
function uncovered({ permissions }: MemberDraft, catalog: Catalog | undefined): string | undefined {
  if (catalog === undefined) return undefined
  const found = permissions.find(
    (permission) => routeIds(expand(catalog, [permission.replace(/^!/, "")])).length === 0,
  )
  return found && `permission ${quote(found)}: covers no route, expected at least one`
}

async function unknownRoles(store: PermissionStore, given: ReadonlySet<RoleName>): Promise<RoleName[]> {
  const unknown: RoleName[] = []
  for (const name of [...given].sort()) {
    const role = await store.readRole(name)
    if (role === undefined || role.deleted) unknown.push(name)
  }
  return unknown
}
