/** One change of a role: over the version that the caller has seen, because whoever writes a role writes all of it. */
import { ClaimgateError, encodeClaim, expand, quote } from "@claimgate/core"
import { type Attribution, parseRoleDraft, type Role, type RoleName } from "@claimgate/store"
import type { AdministrationDeps } from "./administration.ts"
import { type Asking, attributionOf } from "./asking.ts"
import { expectCovers } from "./limits.ts"
import { type Outcome, refuse } from "./outcome.ts"
import { answeredForRole } from "./repetition.ts"
import { judgeRole } from "./rules.ts"
import { VersionConflict } from "./version-conflict.ts"

interface RoleRequest {
  readonly action: "put" | "delete"
  readonly name: RoleName
  readonly version: number
  readonly asking: Asking
  readonly by: Attribution
  /** As it is to be; undefined leaves a tombstone. */
  readonly after: Role | undefined
  readonly write: () => Promise<Role>
}

/** Writes a role. */
export async function putRole(
  deps: AdministrationDeps,
  {
    name,
    permissions,
    version,
    asking,
  }: { name: RoleName; permissions: readonly string[]; version: number; asking: Asking },
): Promise<Outcome<Role>> {
  parseRoleDraft({ name, permissions })
  for (const permission of permissions) expectCovers(deps.catalog, permission)
  encodeClaim(deps.catalog, expand(deps.catalog, permissions), deps.form)
  const action = "put"
  const by = attributionOf(asking, { action, role: name, permissions, version })
  const after: Role = { name, permissions, deleted: false, version: version + 1 }
  const write = () => deps.store.putRole({ name, permissions }, version, by)
  return changeRole(deps, { action, name, version, asking, by, after, write })
}

/** Leaves a role's tombstone. */
export async function deleteRole(
  deps: AdministrationDeps,
  { name, version, asking }: { name: RoleName; version: number; asking: Asking },
): Promise<Outcome<Role>> {
  parseRoleDraft({ name, permissions: [] })
  const action = "delete"
  const by = attributionOf(asking, { action, role: name, version })
  const write = () => deps.store.deleteRole(name, version, by)
  return changeRole(deps, { action, name, version, asking, by, after: undefined, write })
}

/** INVARIANT: what is judged is the version that is written over, so nothing can come in between. */
async function changeRole(deps: AdministrationDeps, request: RoleRequest): Promise<Outcome<Role>> {
  const { action, name, version, asking, by, after, write } = request
  const before = await deps.store.readRole(name)
  const found = before?.version ?? 0
  const fault = obstacleTo(request, before)
  if (fault !== undefined) {
    const value = await answeredForRole(deps.store, name, found, by)
    if (value === undefined) throw fault
    return { ok: true, value }
  }
  const broken = judgeRole(deps.catalog, asking.actor, { name, before, after })
  if (broken !== undefined) return refuse(deps, { kind: "role", name, action }, broken, by)
  try {
    return { ok: true, value: await write() }
  } catch (lost) {
    if (!(lost instanceof ClaimgateError) || lost.code !== "conflict") throw lost
    const now = (await deps.store.readRole(name))?.version ?? 0
    throw now === found ? lost : new VersionConflict(`role ${quote(name)}`, now, version)
  }
}

function obstacleTo({ action, name, version }: RoleRequest, before: Role | undefined) {
  if (action === "delete" && (before === undefined || before.deleted))
    return new ClaimgateError("not_found", `role ${quote(name)}: there is none`)
  const found = before?.version ?? 0
  return found === version ? undefined : new VersionConflict(`role ${quote(name)}`, found, version)
}
