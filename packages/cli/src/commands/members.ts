/** `claimgate members`, `grant`, `revoke`: who holds what, and changes of it. */
import type { Catalog } from "@claimgate/core"
import { type AdminDoor, type AskedGrants, everyItem, type ShownMember } from "../door.ts"
import { describeHoldings, effectOn, without } from "../holdings.ts"
import { columns, type Output } from "../output.ts"
import { describeEffect } from "../roles/effect.ts"

/** Asks whether to go on. Throws where the answer is not yes. */
export type Agree = (question: string) => Promise<void>

/** Roles and permissions as they stand on the command line, in any order: a permission has a `:`. */
export function parseGrants(texts: readonly string[]): { roles: string[]; permissions: string[] } {
  return {
    roles: texts.filter((text) => !text.includes(":")),
    permissions: texts.filter((text) => text.includes(":")),
  }
}

/** Lists members. */
export async function runList(door: AdminDoor, output: Output): Promise<void> {
  const members: ShownMember[] = []
  for await (const member of everyItem(door.listMembers)) members.push(member)
  output.answer(members, members.length === 0 ? ["no members"] : columns(members.map(rowOf)))
}

/** Shows one member, and what it comes to. */
export async function runShow(
  door: AdminDoor,
  catalog: Catalog,
  subject: string,
  output: Output,
): Promise<void> {
  const shown = await door.readMember(subject)
  const holds = await describeHoldings(door, catalog, shown)
  const effect = [
    `holds        ${holds.length === 0 ? "nothing" : ""}`.trimEnd(),
    ...holds.map((text) => `  ${text}`),
  ]
  output.answer({ ...shown, holds }, [...linesOf(shown), ...effect])
}

/** What gives somebody something, or nobody anything: it is not asked whether to go on. */
export async function runGrant(
  door: AdminDoor,
  subject: string,
  grants: AskedGrants,
  output: Output,
): Promise<void> {
  finish("grant", await door.grant(subject, grants), output)
}

export async function runEnable(door: AdminDoor, subject: string, output: Output): Promise<void> {
  finish("enable", await door.enable(subject), output)
}

export async function runSignOut(door: AdminDoor, subject: string, output: Output): Promise<void> {
  await door.signOut(subject)
  output.answer({ subject, signedOut: true }, [output.style.good("sign-out: done")])
}

/** Takes grants away, after showing which routes go with them. What is shown is what is changed, or nothing is. */
export async function runRevoke(
  door: AdminDoor,
  catalog: Catalog,
  subject: string,
  grants: AskedGrants,
  agree: Agree,
  output: Output,
): Promise<void> {
  const before = await door.readMember(subject)
  await show(door, catalog, before, without(before, grants), output)
  await agree(`Revoke from ${subject}?`)
  finish("revoke", await door.revoke(subject, { ...grants, version: before.version }), output)
}

/** Disables or deletes a member, after showing what it loses. */
export async function runTakeAway(
  door: AdminDoor,
  catalog: Catalog,
  change: "disable" | "delete",
  subject: string,
  agree: Agree,
  output: Output,
): Promise<void> {
  const before = await door.readMember(subject)
  await show(door, catalog, before, { ...before, disabled: true }, output)
  await agree(change === "delete" ? `Delete ${subject}, for good?` : `Disable ${subject}?`)
  if (change === "disable") return finish(change, await door.disable(subject), output)
  await door.deleteMember(subject)
  output.answer({ subject, deleted: true }, [output.style.good("delete: done")])
}

async function show(
  door: AdminDoor,
  catalog: Catalog,
  before: ShownMember,
  after: ShownMember,
  output: Output,
) {
  const { gains, loses } = await effectOn(door, catalog, before, after)
  output.say(before.subject)
  for (const line of describeEffect({ gains, loses }, output.style)) output.say(line)
  if (gains.length + loses.length === 0) output.say(output.style.faint("  loses no route"))
}

function finish(change: string, member: ShownMember, output: Output): void {
  output.answer(member, [output.style.good(`${change}: done`), ...linesOf(member)])
}

function rowOf({ subject, roles, permissions, disabled, version }: ShownMember): string[] {
  const own = permissions.length === 0 ? "" : `${permissions.length} own`
  return [subject, roles.join(", ") || "no role", own, disabled ? "disabled" : "", `version ${version}`]
}

function linesOf({ subject, roles, permissions, disabled, version }: ShownMember): string[] {
  return [
    `subject      ${subject}${disabled ? "  disabled" : ""}`,
    `roles        ${roles.join(", ") || "none"}`,
    `permissions  ${permissions.length === 0 ? "none of its own" : ""}`.trimEnd(),
    ...permissions.map((text) => `  ${text}`),
    `version      ${version}`,
  ]
}
