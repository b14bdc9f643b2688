/** Steps that change what somebody holds, in the store. */
import { newAttribution } from "@claimgate/store"
import type { Stack } from "../stack.ts"
import type { Step } from "./step.ts"

export interface Grants {
  /** Gives a person one more role. */
  grant(title: string, email: string, role: string): Promise<Step>
  /** Takes one away. */
  revoke(title: string, email: string, role: string): Promise<Step>
}

export function createGrants(stack: Stack): Grants {
  return {
    grant: (title, email, role) => change(stack, title, email, `grant ${role}`, (roles) => [...roles, role]),
    revoke: (title, email, role) =>
      change(stack, title, email, `revoke ${role}`, (roles) => roles.filter((one) => one !== role)),
  }
}

async function change(
  { store, subject: subjectOf }: Stack,
  title: string,
  email: string,
  did: string,
  roles: (before: readonly string[]) => readonly string[],
): Promise<Step> {
  const subject = await subjectOf(email)
  const { member } = await store.load(subject)
  if (member === undefined) throw new Error(`expected \`${email}\` to be a member`)
  const { version, deleted: _, ...draft } = member
  const changed = await store.putMember(
    { ...draft, roles: roles(member.roles) },
    version,
    newAttribution("tour", "seed"),
  )
  const result = `roles ${changed.roles.join(", ") || "none"}; version ${version} → ${changed.version}`
  const expected = `version ${version + 1}`
  return {
    title,
    did: `${did}: ${email}`,
    result,
    because: "",
    expected,
    ok: changed.version === version + 1,
  }
}
