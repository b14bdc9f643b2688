/** What subjects, roles, permissions and releases may be called: parsed on the way in and on the way out. */
import { ClaimgateError, parsePermission, quote } from "@claimgate/core"
import { builtInRoles } from "./evaluate.ts"
import type { RoleName, SubjectId } from "./port.ts"

/** Roles per subject, so that one BatchGetItem reads them all. */
export const maxRoles = 16

/** Permissions per member or role. */
export const maxPermissions = 1000

/** Characters of one permission, all of them ASCII. */
export const maxPermissionLength = 256

/** Characters of all permissions of a member or role: twice as many, before and after, fit into an audit item's 400 KB. */
export const maxPermissionsLength = 128 * 1024

// A Cognito `sub` is a UUID; user names and e-mail addresses fit too, for pools that were migrated. A client id is
// `[\w+]+`, at most 128 characters (Cognito API reference, CreateUserPoolClient).
const subjectPattern = /^(?:client:[A-Za-z0-9_+]{1,128}|(?!client:)[A-Za-z0-9_:+.@-]{1,128})$/
const rolePattern = /^[a-z][a-z0-9-]{0,31}$/
const releasePattern = /^[A-Za-z0-9_-]{5}$/

/** A subject as it was given, or `malformed_name`. */
export function parseSubject(text: string): SubjectId {
  if (subjectPattern.test(text)) return text
  throw new ClaimgateError(
    "malformed_name",
    `subject ${quote(text)}: expected 1 to 128 of \`A-Z a-z 0-9 _ : + . @ -\`, or \`client:\` and a client id`,
  )
}

/** Whether a text can be a role's name. */
export function isRoleName(text: string): boolean {
  return rolePattern.test(text)
}

/** A role's name as it was given, or `malformed_name`. */
export function parseRoleName(text: string): RoleName {
  if (isRoleName(text)) return text
  throw new ClaimgateError(
    "malformed_name",
    `role ${quote(text)}: expected a lower-case letter, then at most 31 of \`a-z 0-9 -\``,
  )
}

/** The name of a role that can be written, or `malformed_name`. */
export function parseOwnRoleName(text: string): RoleName {
  const name = parseRoleName(text)
  if (!builtInRoles.has(name)) return name
  throw new ClaimgateError(
    "malformed_name",
    `role ${quote(name)}: is built in, expected another name than ${[...builtInRoles.keys()].map(quote).join(", ")}`,
  )
}

/** A subject's roles in order of name, each once. Throws `malformed_name`, and `malformed_input` past 16. */
export function parseRoleNames(texts: readonly string[]): RoleName[] {
  const names = [...new Set(texts.map(parseHeldRole))].sort()
  if (names.length <= maxRoles) return names
  throw new ClaimgateError("malformed_input", `roles: expected at most ${maxRoles}, got ${names.length}`)
}

/**
 * Permissions in the order given, each once. Throws `malformed_permission`, and `malformed_input` past 1,000 of them
 * or 256 characters.
 */
export function parsePermissions(texts: readonly string[]): string[] {
  if (texts.length > maxPermissions)
    throw new ClaimgateError(
      "malformed_input",
      `permissions: expected at most ${maxPermissions}, got ${texts.length}`,
    )
  for (const text of texts) {
    if (text.length > maxPermissionLength)
      throw new ClaimgateError(
        "malformed_input",
        `permission ${quote(text)}: expected at most ${maxPermissionLength} characters, got ${text.length}`,
      )
    parsePermission(text)
  }
  return [...new Set(texts)]
}

/** A catalog release's fingerprint, or `malformed_input`. */
export function parseRelease(text: string): string {
  if (releasePattern.test(text)) return text
  throw new ClaimgateError(
    "malformed_input",
    `release ${quote(text)}: expected a fingerprint of five base64url characters`,
  )
}

/** Claims say `guest` for "no role", so a subject that held it by name could not be told from one that holds none. */
function parseHeldRole(text: string): RoleName {
  const name = parseRoleName(text)
  if (name !== "guest") return name
  throw new ClaimgateError(
    "malformed_name",
    "role `guest`: is what a subject without roles is, expected an empty list",
  )
}
