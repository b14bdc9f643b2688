/** What applying declared roles would change, told by its effect: which role gains and loses which routes. */
import { type Catalog, condense, expand, type RouteSet } from "@claimgate/core"

/** A role as it is stored; undefined permissions where there is none. */
export interface StoredRole {
  readonly name: string
  readonly permissions: readonly string[]
  /** 0 where it was never stored. */
  readonly version: number
  readonly deleted: boolean
}

/** One role that is not as it is declared. */
export interface RoleChange {
  readonly name: string
  readonly kind: "create" | "change" | "delete"
  /** The version that the change is made over. */
  readonly version: number
  readonly permissions: readonly string[]
  /** What holders of the role gain and lose, as the fewest permissions that mean it; both empty where only the wording changes. */
  readonly gains: readonly string[]
  readonly loses: readonly string[]
}

/** Changes in order of name. Stored roles that are not declared are deleted only where `prune` says so. */
export function diffRoles(
  catalog: Catalog,
  declared: readonly { readonly name: string; readonly permissions: readonly string[] }[],
  stored: readonly StoredRole[],
  { prune = false }: { readonly prune?: boolean } = {},
): RoleChange[] {
  const names = [...new Set([...declared, ...stored].map(({ name }) => name))].sort()
  return names.flatMap((name) => {
    const next = declared.find((role) => role.name === name)
    const current = stored.find((role) => role.name === name)
    const before = current === undefined || current.deleted ? undefined : current.permissions
    if (next === undefined && (before === undefined || !prune)) return []
    if (next !== undefined && before !== undefined && isSame(next.permissions, before)) return []
    const kind = next === undefined ? "delete" : before === undefined ? "create" : "change"
    const permissions = next?.permissions ?? []
    const effect = effectOf(catalog, before ?? [], permissions)
    return [{ name, kind, version: current?.version ?? 0, permissions, ...effect } as const]
  })
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  const wanted = [...new Set(one)].sort()
  const found = [...new Set(other)].sort()
  return wanted.length === found.length && wanted.every((text, index) => text === found[index])
}

/** What whoever held `before` gains and loses with `after`. */
export function effectOf(
  catalog: Catalog,
  before: readonly string[],
  after: readonly string[],
): Pick<RoleChange, "gains" | "loses"> {
  const [old, next] = [expand(catalog, before), expand(catalog, after)]
  return { gains: condense(catalog, minus(next, old)), loses: condense(catalog, minus(old, next)) }
}

function minus(set: RouteSet, other: RouteSet): RouteSet {
  return { ...set, words: set.words.map((word, index) => word & ~(other.words[index] ?? 0)) }
}
