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

const versioned = {
  schema: z.literal(schemaVersion),
  permissions: z.array(z.string()),
  deleted: z.boolean(),
  version: z.int().min(1),
}

const memberItem = z.object({
  ...versioned,
  entity: z.literal("member"),
  subject: z.string(),
  roles: z.array(z.string()),
  disabled: z.boolean(),
})

const roleItem = z.object({ ...versioned, entity: z.literal("role"), name: z.string() })

const releaseItem = z.object({
  schema: z.literal(schemaVersion),
  entity: z.literal("release"),
  fingerprint: z.string(),
})

const feedHeadItem = z.object({
  schema: z.literal(schemaVersion),
  entity: z.literal("feed-head"),
  number: z.int().min(0),
  generation: z.int().min(0),
})

/** Reads the item under a subject's key. Throws `malformed_record`. */
export function parseMember(item: unknown, subject: SubjectId): Member {
  return reading(memberLabel(subject), () => {
    const { roles, permissions, disabled, deleted, version, ...found } = parseShape(memberItem, item)
    expectName("subject", found.subject, subject)
    return {
      subject,
      roles: parseRoleNames(roles),
      permissions: parsePermissions(permissions),
      disabled,
      deleted,
      version,
    }
  })
}

/** Reads the item under a role's key. Throws `malformed_record`. */
export function parseRole(item: unknown, name: RoleName): Role {
  return reading(roleLabel(name), () => {
    const { permissions, deleted, version, ...found } = parseShape(roleItem, item)
    expectName("name", found.name, name)
    return { name: parseOwnRoleName(name), permissions: parsePermissions(permissions), deleted, version }
  })
}

/** Reads the release item: its fingerprint. Throws `malformed_record`. */
export function parseReleaseItem(item: unknown): string {
  return reading("release", () => parseRelease(parseShape(releaseItem, item).fingerprint))
}

/** Reads the head of the change feed: its last number and the generation. Throws `malformed_record`. */
export function parseFeedHead(item: unknown): { readonly number: number; readonly generation: number } {
  return reading("change feed's head", () => {
    const { number, generation } = parseShape(feedHeadItem, item)
    return { number, generation }
  })
}

function expectName(field: string, found: string, expected: string): void {
  if (found !== expected)
    throw malformed(`field \`${field}\`: expected ${quote(expected)}, got ${quote(found)}`)
}

function parseShape<T>(schema: z.ZodType<T>, item: unknown): T {
  const parsed = schema.safeParse(item)
  if (parsed.success) return parsed.data
  throw malformed(describeIssue(parsed.error))
}

function reading<T>(what: string, read: () => T): T {
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
