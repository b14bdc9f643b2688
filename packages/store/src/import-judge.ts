/** What a bulk import does about one draft, over whatever is stored: the same for every store. */
import { ClaimgateError, quote } from "@claimgate/core"
import { memberLabel } from "./conflict.ts"
import { parseMemberDraft } from "./draft.ts"
import type { Imported, Member, MemberDraft } from "./port.ts"

/** Members of one transaction: each is an item and an audit item, and a transaction has at most 100. */
export const mostImported = 33

/** Drafts in the form that is stored. Throws like `parseMemberDraft`, and `malformed_input` past 33 or for a repeated subject. */
export function parseImport(drafts: readonly MemberDraft[]): readonly MemberDraft[] {
  if (drafts.length > mostImported)
    throw new ClaimgateError(
      "malformed_input",
      `members: expected at most ${mostImported}, got ${drafts.length}`,
    )
  const parsed = drafts.map(parseMemberDraft)
  const subjects = new Set<string>()
  for (const { subject } of parsed) {
    if (subjects.has(subject))
      throw new ClaimgateError("malformed_input", `${memberLabel(subject)}: expected once, got it twice`)
    subjects.add(subject)
  }
  return parsed
}

/** Judges one draft; what is `written` is as it is to be stored. */
export function judgeImport(draft: MemberDraft, stored: Member | undefined): Imported {
  if (draft.roles.includes("admin")) return refused(draft, "would hold `admin`, which no import grants")
  if (stored?.deleted) return refused(draft, "was deleted; a line of an import does not bring anyone back")
  if (stored?.roles.includes("admin"))
    return refused(draft, "holds `admin`, which only an administrator may change")
  const disabled = draft.disabled || (stored?.disabled ?? false)
  const member = { ...draft, disabled, deleted: false, version: (stored?.version ?? 0) + 1 }
  return stored !== undefined && sameGrants(stored, member)
    ? { outcome: "unchanged", member: stored }
    : { outcome: "written", member }
}

/** `conflict`: an import that is not running any more, or never was. */
export function importStopped(run: string): ClaimgateError {
  return new ClaimgateError(
    "conflict",
    `import ${quote(run)}: is not running; it has ended, another one took its place, or it began a day ago`,
  )
}

function refused({ subject }: MemberDraft, why: string): Imported {
  return { outcome: "refused", message: `${memberLabel(subject)}: ${why}` }
}

function sameGrants(a: Member, b: Member): boolean {
  const grants = ({ roles, permissions, disabled }: Member) => JSON.stringify([roles, permissions, disabled])
  return grants(a) === grants(b)
}
