/**
 * The simple table that many teams start from, one JSON object per line:
 * `{ "userId": "…", "role": "editor", "permissions": ["GET:/api/users"] }`. Without a role it is `guest`. Whoever has more
 * than one role has `roles` instead, and `disabled` where it is so.
 */
import { ClaimgateError, quote } from "@claimgate/core"
import * as z from "zod"
import { parseMemberDraft } from "./draft.ts"
import { describeIssue } from "./issue.ts"
import type { MemberDraft } from "./port.ts"

/** What one line means, or why it is refused. Lines count from 1, blank ones too. */
export type SimpleLine = ParsedLine | { readonly line: number; readonly ok: false; readonly message: string }

export interface ParsedLine {
  readonly line: number
  readonly ok: true
  readonly draft: MemberDraft
}

/** Characters of one line; the largest valid member fits with room for its JSON. */
const longestLine = 512 * 1024

const entry = z.strictObject({
  userId: z.string(),
  role: z.string().optional(),
  /** What one role cannot say, as `claimgate export` writes it. */
  roles: z.array(z.string()).optional(),
  permissions: z.array(z.string()),
  disabled: z.boolean().optional(),
})

/** Parses lines as they come; blank ones are skipped, and so is a byte order mark before the first. */
export async function* parseSimpleTable(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<SimpleLine> {
  const lineOf = new Map<string, number>()
  let line = 0
  for await (const text of lines) {
    line++
    const content = line === 1 ? text.replace(/^\uFEFF/, "") : text
    if (content.trim() !== "") yield parseLine(content, line, lineOf)
  }
}

/** `lineOf` remembers where a subject was, because of two lines about one subject only one can be meant. */
function parseLine(content: string, line: number, lineOf: Map<string, number>): SimpleLine {
  try {
    const draft = parseEntry(content)
    const first = lineOf.get(draft.subject)
    if (first !== undefined)
      throw malformed(`field \`userId\`: ${quote(draft.subject)} is already on line ${first}`)
    lineOf.set(draft.subject, line)
    return { line, ok: true, draft }
  } catch (error) {
    if (!(error instanceof ClaimgateError)) throw error
    return { line, ok: false, message: error.message }
  }
}

function parseEntry(content: string): MemberDraft {
  if (content.length > longestLine)
    throw malformed(`expected at most ${longestLine} characters, got ${content.length}`)
  const parsed = entry.safeParse(parseJson(content))
  if (!parsed.success) throw malformed(describeIssue(parsed.error))
  const { userId, role, roles, permissions, disabled = false } = parsed.data
  if (role !== undefined && roles !== undefined)
    throw malformed("field `roles`: expected it, or `role`, not both")
  const names = roles ?? (role === undefined || role === "guest" ? [] : [role])
  // What a legacy table calls admin held what its line says; here the name alone would hold every route.
  if (names.includes("admin"))
    throw malformed("field `role`: `admin` holds every route here and is not imported, expected another role")
  permissions.forEach(refuseColonParameter)
  return parseMemberDraft({
    subject: userId,
    roles: names,
    permissions,
    disabled,
  })
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    // The parser's own message quotes the line; a position says as much.
    throw malformed("expected one JSON object on one line")
  }
}

/** `:id` would be a literal segment, so it would cover nothing: nobody who writes it means that. */
function refuseColonParameter(permission: string): void {
  const found = /\/:([A-Za-z0-9_]*)/.exec(permission)
  if (found === null) return
  throw new ClaimgateError(
    "malformed_permission",
    `permission ${quote(permission)}: at character ${found.index + 2}: expected a parameter in braces, ` +
      `\`{${found[1] || "name"}}\` instead of \`:${found[1]}\``,
  )
}

function malformed(message: string): ClaimgateError {
  return new ClaimgateError("malformed_input", message)
}
