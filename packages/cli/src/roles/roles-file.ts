/** `roles.yaml`: roles as they are meant to be, committed beside the route table. */
import { ClaimgateError, parsePermission, quote } from "@claimgate/core"
import { isDocument, isNode, LineCounter, parseDocument } from "yaml"
import * as z from "zod"

const permission = z
  .string()
  .max(256)
  .describe("`METHOD:/path`; `*`, `**` and `!` as docs/permissions.md has them")
const request = z
  .string()
  .regex(/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*$/)
  .describe("`GET /api/users/1`: a request as a client sends it")

const role = z.strictObject({
  description: z.string().max(200).optional(),
  permissions: z.array(permission).max(1000).describe("what the role grants"),
  never: z
    .array(permission)
    .optional()
    .describe("what the role must not come to hold, whatever is added above"),
  expect: z
    .strictObject({
      allowed: z.array(request).optional(),
      refused: z.array(request).optional(),
    })
    .optional()
    .describe("requests whose answer is known: checked offline, with each commit"),
})

const file = z.strictObject({
  $schema: z.string().optional(),
  never: z.array(permission).optional().describe("what none of these roles must come to hold"),
  roles: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), role)
    .describe("by name; `admin` and `guest` are built in"),
})

/** One role of the file. */
export interface DeclaredRole {
  readonly name: string
  readonly permissions: readonly string[]
  /** The file's own `never` included. */
  readonly never: readonly string[]
  readonly allowed: readonly string[]
  readonly refused: readonly string[]
}

export interface RolesFile {
  /** In order of name. */
  readonly roles: readonly DeclaredRole[]
  /** `roles.yaml:12`: where something stands, by its path in the file. */
  readonly place: (path: readonly (string | number)[]) => string
}

/** Reads the file's text. Throws `malformed_input` or `malformed_permission`, naming file and line. */
export function parseRolesFile(text: string, name: string): RolesFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number) => `${name}:${lines.linePos(offset).line}`
  const [fault] = document.errors
  if (fault !== undefined) throw bad(`${at(fault.pos[0])}: not YAML: ${fault.message.replace(/\s+/g, " ")}`)
  const place = (path: readonly (string | number)[]) => at(offsetOf(document, path))
  const parsed = file.safeParse(document.toJS({ maxAliasCount: 100 }))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const path = (issue?.path ?? []).filter((part) => typeof part !== "symbol")
    throw bad(`${place(path)}: ${path.length === 0 ? "" : `${quote(path.join("."))}: `}${issue?.message}`)
  }
  const { never = [], roles } = parsed.data
  const declared = Object.entries(roles).map(([role, given]) => ({
    name: role,
    permissions: given.permissions,
    never: [...never, ...(given.never ?? [])],
    allowed: given.expect?.allowed ?? [],
    refused: given.expect?.refused ?? [],
  }))
  for (const one of declared) checkTexts(one, place)
  return { roles: declared.sort((a, b) => (a.name < b.name ? -1 : 1)), place }
}

/** The JSON Schema of the file, for editors. */
export function rolesSchema(): object {
  return { title: "Claimgate roles", ...z.toJSONSchema(file, { target: "draft-7" }) }
}

function checkTexts({ name, permissions, never }: DeclaredRole, place: RolesFile["place"]): void {
  if (name === "admin" || name === "guest")
    throw bad(`${place(["roles", name])}: role ${quote(name)}: is built in, expected another name`)
  for (const [field, texts] of Object.entries({ permissions, never }))
    for (const [index, text] of texts.entries()) {
      try {
        parsePermission(text)
      } catch (cause) {
        if (!(cause instanceof ClaimgateError)) throw cause
        throw new ClaimgateError(cause.code, `${place(["roles", name, field, index])}: ${cause.message}`, {
          cause,
        })
      }
    }
}

/** Where a node starts, or the nearest one around it. */
function offsetOf(document: unknown, path: readonly (string | number)[]): number {
  if (!isDocument(document)) return 0
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function bad(message: string): ClaimgateError {
  return new ClaimgateError("malformed_input", message)
}
