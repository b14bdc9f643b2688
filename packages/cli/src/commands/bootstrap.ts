/** `claimgate bootstrap`: the first administrator, with the stage's own AWS credentials and only where there is none. */
import { newAttribution } from "@claimgate/store"
import type { Direct } from "../direct.ts"
import type { Output } from "../output.ts"
import type { Agree } from "./members.ts"

/** Makes the subject an administrator. Throws `conflict` where there is one. */
export async function runBootstrap(
  { store, identity }: Direct,
  subject: string,
  agree: Agree,
  output: Output,
): Promise<void> {
  const { member } = await store.load(subject)
  const kept = member === undefined || member.deleted ? { roles: [], permissions: [] } : member
  const roles = [...new Set([...kept.roles, "admin"])]
  output.say(`${subject} becomes the first administrator, with every route; audited under ${identity}`)
  await agree(`Make ${subject} an administrator?`)
  const draft = { subject, roles, permissions: kept.permissions, disabled: false }
  const made = await store.putMember(draft, member?.version ?? 0, newAttribution(identity, "bootstrap"))
  output.answer(made, [output.style.good(`${subject} is the first administrator`)])
}
