/** Drafts at the store's door: whatever a caller hands over is parsed before anything is written. */
import { ClaimgateError } from "@claimgate/core"
import * as z from "zod"
import { describeIssue } from "./issue.ts"
import {
  maxPermissionsLength,
  parseOwnRoleName,
  parsePermissions,
  parseRoleNames,
  parseSubject,
} from "./names.ts"
import type { Member, MemberDraft, Role, RoleDraft, RoleName, SubjectId } from "./port.ts"

// Fields beyond these are dropped, so that a record that was read can be handed over with a change.
const memberDraft = z.object({
  subject: z.string(),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
  disabled: z.boolean(),
})

const roleDraft = z.object({ name: z.string(), permissions: z.array(z.string()) })

/** A member in the form that is stored. Throws `malformed_input`, `malformed_name` or `malformed_permission`. */
export function parseMemberDraft(input: unknown): MemberDraft {
  const { subject, roles, permissions, disabled } = parseShape("member", memberDraft, input)
  return {
    subject: parseSubject(subject),
    roles: parseRoleNames(roles),
    permissions: parseNewPermissions(permissions),
    disabled,
  }
}

/** A role in the form that is stored. Throws like `parseMemberDraft`, also for the name of a built-in role. */
export function parseRoleDraft(input: unknown): RoleDraft {
  const { name, permissions } = parseShape("role", roleDraft, input)
  return { name: parseOwnRoleName(name), permissions: parseNewPermissions(permissions) }
}

/** The member that a put over this version leaves; throws like `parseMemberDraft`. */
export function memberAfterPut(draft: MemberDraft, version: number): Member {
  return { ...parseMemberDraft(draft), deleted: false, version: parseVersion(version) + 1 }
}

/** The tombstone that a delete of this version leaves; throws like `parseMemberDraft`. */
export function memberAfterDelete(subject: SubjectId, version: number): Member {
  const nothing = { roles: [], permissions: [], disabled: false }
  return { subject: parseSubject(subject), ...nothing, deleted: true, version: parseVersion(version) + 1 }
}

/** The role that a put over this version leaves; throws like `parseRoleDraft`. */
export function roleAfterPut(draft: RoleDraft, version: number): Role {
  return { ...parseRoleDraft(draft), deleted: false, version: parseVersion(version) + 1 }
}

/** The tombstone that a delete of this version leaves; throws like `parseRoleDraft`. */
export function roleAfterDelete(name: RoleName, version: number): Role {
  return { name: parseOwnRoleName(name), permissions: [], deleted: true, version: parseVersion(version) + 1 }
}

/** Like `parsePermissions`, and `malformed_input` past 128 KiB in all; what is stored already may be longer. */
function parseNewPermissions(texts: readonly string[]): string[] {
  const permissions = parsePermissions(texts)
  const length = permissions.reduce((sum, permission) => sum + permission.length, 0)
  if (length <= maxPermissionsLength) return permissions
  throw new ClaimgateError(
    "malformed_input",
    `permissions: expected at most ${maxPermissionsLength} characters in all, got ${length}`,
  )
}

function parseVersion(version: number): number {
  if (Number.isSafeInteger(version) && version >= 0) return version
  throw new ClaimgateError("malformed_input", `version \`${version}\`: expected a whole number from 0`)
}

function parseShape<T>(what: string, schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new ClaimgateError("malformed_input", `${what}: ${describeIssue(parsed.error)}`)
}
