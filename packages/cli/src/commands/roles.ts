/** `claimgate roles list|show|diff|apply`: roles as they are stored, and made what roles.yaml says. */
import type { Catalog } from "@claimgate/core"
import { type AdminDoor, everyItem, type ShownRole } from "../door.ts"
import { exitCode } from "../exit.ts"
import { columns, type Output } from "../output.ts"
import { diffRoles, type RoleChange } from "../roles/diff.ts"
import { describeEffect } from "../roles/effect.ts"
import type { RolesFile } from "../roles/roles-file.ts"
import type { Agree } from "./members.ts"

/** Lists roles. */
export async function runList(door: AdminDoor, output: Output): Promise<void> {
  const roles = await readRoles(door)
  const rows = roles.map(({ name, permissions, version }) => [
    name,
    count(permissions.length, "permission"),
    `version ${version}`,
  ])
  output.answer(roles, rows.length === 0 ? ["no roles"] : columns(rows))
}

/** Shows one role. */
export async function runShow(door: AdminDoor, name: string, output: Output): Promise<void> {
  const shown = await door.readRole(name)
  output.answer(shown, [
    `role     ${shown.name}`,
    ...shown.permissions.map((text) => `  ${text}`),
    `version  ${shown.version}`,
  ])
}

/** What is compared: the file with what is stored; `prune` also deletes roles that the file does not have. */
export interface Comparison {
  readonly door: AdminDoor
  readonly file: RolesFile
  readonly catalog: Catalog
  readonly prune: boolean
}

/** What `apply` would change; exit code 1 where there is anything. */
export async function runDiff(comparison: Comparison, output: Output): Promise<number> {
  const changes = await compare(comparison)
  output.answer(changes, describeChanges(changes, output))
  return changes.length === 0 ? exitCode.done : exitCode.refused
}

/** Makes the stored roles what the file says, one versioned step after another. */
export async function runApply(comparison: Comparison, agree: Agree, output: Output): Promise<void> {
  const changes = await compare(comparison)
  if (changes.length > 0) {
    for (const line of describeChanges(changes, output)) output.say(line)
    await agree(`Change ${count(changes.length, "role")}?`)
  }
  for (const change of changes) {
    await applyOne(comparison.door, change)
    output.say(`${change.kind} ${change.name}: done`)
  }
  output.answer(changes, [`${count(changes.length, "role")} changed`])
}

async function compare({ door, file, catalog, prune }: Comparison): Promise<RoleChange[]> {
  return diffRoles(catalog, file.roles, await readRoles(door), { prune })
}

async function readRoles(door: AdminDoor): Promise<ShownRole[]> {
  const roles: ShownRole[] = []
  for await (const role of everyItem(door.listRoles)) roles.push(role)
  return roles
}

async function applyOne(door: AdminDoor, { name, kind, version, permissions }: RoleChange): Promise<void> {
  if (kind === "delete") await door.deleteRole(name, version)
  else if (kind === "create") await door.createRole(name, permissions)
  else await door.putRole(name, permissions, version)
}

function describeChanges(changes: readonly RoleChange[], { style }: Output): string[] {
  if (changes.length === 0) return [style.good("the stored roles are as the file says")]
  return changes.flatMap(({ name, kind, gains, loses }) => [
    `${kind} ${name}`,
    ...describeEffect({ gains, loses }, style),
    ...(gains.length + loses.length === 0 ? [style.faint("  the same routes, in other words")] : []),
  ])
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`
}
