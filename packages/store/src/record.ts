/**
 * Items as they come back from the table: parsed, never trusted. An item of another schema version, under a wrong
 * key or with anything in it that could not have been written, is `malformed_record`, so nobody decides by it.
 */
import { ClaimgateError, quote } from "@claimgate/core"
import * as z from "zod"
import { memberLabel, roleLabel } from "./conflict.ts"
import { describeIssue } from "./issue.ts"
import { schemaVersion } from "./keys.ts"
import { parseOwnRoleName, parsePermissions, parseRelease, parseRoleNames } from "./names.ts"
import type { Member, Role, RoleName, SubjectId } from "./port.ts"

const versioned = { permissions: z.array(z.string()), deleted: z.boolean(), version: z.int().min(1) }

/** A member and a role as they are part of other items: of what was answered, of what the audit tells. */
export const memberShape = z.object({
  ...versioned,
  subject: z.string(),
  roles: z.array(z.string()),
  disabled: z.boolean(),
})
export const roleShape = z.object({ ...versioned, name: z.string() })

const memberItem = memberShape.extend({ schema: z.literal(schemaVersion), entity: z.literal("member") })
const roleItem = roleShape.extend({ schema: z.literal(schemaVersion), entity: z.literal("role") })

const releaseItem = z.object({
  schema: z.literal(schemaVersion),
  entity: z.literal("release"),
  fingerprint: z.string(),
})

/** Reads the item under a subject's key. Throws `malformed_record`. */
export function parseMember(item: unknown, subject: SubjectId): Member {
  return reading(memberLabel(subject), () => checkMember(parseShape(memberItem, item), subject))
}

/** Reads the item under a role's key. Throws `malformed_record`. */
export function parseRole(item: unknown, name: RoleName): Role {
  return reading(roleLabel(name), () => checkRole(parseShape(roleItem, item), name))
}

/** Reads a member that a write answered with before. Throws `malformed_record`. */
export function parseMemberResult(result: unknown, subject: SubjectId): Member {
  return reading("answer", () => checkMember(parseShape(memberShape, result), subject))
}

/** Reads a role that a write answered with before. Throws `malformed_record`. */
export function parseRoleResult(result: unknown, name: RoleName): Role {
  return reading("answer", () => checkRole(parseShape(roleShape, result), name))
}

/** Reads the release item: its fingerprint. Throws `malformed_record`. */
export function parseReleaseItem(item: unknown): string {
  return reading("release", () => parseRelease(parseShape(releaseItem, item).fingerprint))
}

function checkMember(found: z.infer<typeof memberShape>, subject: SubjectId): Member {
  expectName("subject", found.subject, subject)
  return {
    subject,
    roles: parseRoleNames(found.roles),
    permissions: parsePermissions(found.permissions),
    disabled: found.disabled,
    deleted: found.deleted,
    version: found.version,
  }
}

function checkRole(
  { permissions, deleted, version, ...found }: z.infer<typeof roleShape>,
  name: RoleName,
): Role {
  expectName("name", found.name, name)
  return { name: parseOwnRoleName(name), permissions: parsePermissions(permissions), deleted, version }
}

function expectName(field: string, found: string, expected: string): void {
  if (found !== expected)
    throw malformed(`field \`${field}\`: expected ${quote(expected)}, got ${quote(found)}`)
}

/** Parses an item's shape. Throws `malformed_record` about its first field that is wrong. */
export function parseShape<T>(schema: z.ZodType<T>, item: unknown): T {
  const parsed = schema.safeParse(item)
  if (parsed.success) return parsed.data
  throw malformed(describeIssue(parsed.error))
}

/** Puts what was read before a fault's message, and `malformed_record` for its code. */
export function reading<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof ClaimgateError)) throw cause
    throw malformed(`stored ${what}: ${cause.message}`, { cause })
  }
}

function malformed(message: string, options?: ErrorOptions): ClaimgateError {
  return new ClaimgateError("malformed_record", message, options)
}
