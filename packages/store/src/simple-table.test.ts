import { describe, expect, it } from "vitest"
import { parseSimpleTable, type SimpleLine } from "./simple-table.ts"

async function parse(lines: AsyncIterable<string> | Iterable<string>): Promise<SimpleLine[]> {
  const parsed: SimpleLine[] = []
  for await (const line of parseSimpleTable(lines)) parsed.push(line)
  return parsed
}

/** The message about a file of one line, or undefined where the line is taken. */
async function messageOf(line: unknown): Promise<string | undefined> {
  const [parsed] = await parse([typeof line === "string" ? line : JSON.stringify(line)])
  return parsed?.ok === false ? parsed.message : undefined
}

const entry = { userId: "u1", role: "editor", permissions: ["GET:/api/users"] }
const draft = { subject: "u1", roles: ["editor"], permissions: ["GET:/api/users"], disabled: false }

describe("lines that are taken", () => {
  const rows: readonly { what: string; line: string; becomes: object }[] = [
    { what: "a user with a role", line: JSON.stringify(entry), becomes: draft },
    { what: "spaces around", line: `  ${JSON.stringify(entry)}\t\r`, becomes: draft },
    {
      what: "several roles, and disabled",
      line: '{"userId":"u1","roles":["reader","editor"],"permissions":[],"disabled":true}',
      becomes: { subject: "u1", roles: ["editor", "reader"], permissions: [], disabled: true },
    },
    { what: "guest", line: JSON.stringify({ ...entry, role: "guest" }), becomes: { ...draft, roles: [] } },
    {
      what: "no role",
      line: '{"userId":"u1","permissions":[]}',
      becomes: { ...draft, roles: [], permissions: [] },
    },
    {
      what: "wildcards and a leading !",
      line: JSON.stringify({ ...entry, permissions: ["*:/api/**", "!GET:/api/users/{id}"] }),
      becomes: { ...draft, permissions: ["*:/api/**", "!GET:/api/users/{id}"] },
    },
  ]
  it.each(rows)("$what", async ({ line, becomes }) => {
    expect(await parse([line])).toEqual([{ line: 1, ok: true, draft: becomes }])
  })

  it("counts blank lines and skips them, and a byte order mark before the first", async () => {
    const lines = ["\uFEFF", "", JSON.stringify(entry), "   ", JSON.stringify({ ...entry, userId: "u2" })]
    expect((await parse(lines)).map(({ line, ok }) => ({ line, ok }))).toEqual([
      { line: 3, ok: true },
      { line: 5, ok: true },
    ])
    expect(await parse([`\uFEFF${JSON.stringify(entry)}`])).toMatchObject([{ line: 1, ok: true }])
  })

  it("takes lines as they come", async () => {
    async function* lines() {
      yield JSON.stringify(entry)
      throw new Error("the file broke off")
    }
    const parsed = parseSimpleTable(lines())
    expect((await parsed.next()).value).toMatchObject({ line: 1, ok: true })
    await expect(parsed.next()).rejects.toThrow("the file broke off")
  })
})

describe("lines that are refused", () => {
  const rows: readonly { line: unknown; says: string }[] = [
    { line: { ...entry, roles: ["reader"] }, says: "field `roles`: expected it, or `role`, not both" },
    {
      line: { userId: "u1", roles: ["reader", "admin"], permissions: [] },
      says: "`admin` holds every route here",
    },
    { line: { ...entry, disabled: "yes" }, says: "disabled" },
    { line: "{", says: "expected one JSON object on one line" },
    { line: `${JSON.stringify(entry)},`, says: "expected one JSON object on one line" },
    { line: "[]", says: "expected object" },
    { line: "null", says: "expected object" },
    { line: `\uFEFF\uFEFF${JSON.stringify(entry)}`, says: "expected one JSON object on one line" },
    { line: { ...entry, userId: undefined }, says: "field `userId`: expected string" },
    { line: { ...entry, userId: 7 }, says: "field `userId`: expected string" },
    { line: { ...entry, userId: "" }, says: "subject ``: expected 1 to 128" },
    { line: { ...entry, userId: "a\u001b[2J" }, says: "subject `a\\u{1b}[2J`: expected 1 to 128" },
    { line: { ...entry, role: "Editor" }, says: "role `Editor`: expected a lower-case letter" },
    { line: { ...entry, role: "" }, says: "role ``: expected a lower-case letter" },
    { line: { ...entry, role: null }, says: "field `role`: expected string" },
    { line: { ...entry, role: ["editor"] }, says: "field `role`: expected string" },
    { line: { ...entry, role: "admin" }, says: "`admin` holds every route here and is not imported" },
    { line: { ...entry, permissions: undefined }, says: "field `permissions`: expected array" },
    { line: { ...entry, permissions: "GET:/a" }, says: "field `permissions`: expected array" },
    { line: { ...entry, permissions: ["GET:/a", 1] }, says: "field `permissions.1`: expected string" },
    { line: { ...entry, permissions: ["GET /a"] }, says: "permission `GET /a`: at character" },
    { line: { ...entry, permissions: ["GET:/a/"] }, says: "permission `GET:/a/`: at character" },
    { line: { ...entry, email: "a@b.c" }, says: "unknown field `email`" },
    { line: '{"userId":"u1","permissions":[],"__proto__":{"role":"x"}}', says: "unknown field `__proto__`" },
    { line: "x".repeat(600_000), says: "expected at most 524288 characters, got 600000" },
  ]
  it.each(rows)("$says", async ({ line, says }) => {
    expect(await messageOf(line)).toContain(says)
  })

  const parameters = [
    {
      permission: "GET:/api/users/:id",
      says: "at character 16: expected a parameter in braces, `{id}` instead of `:id`",
    },
    {
      permission: "!PUT:/:a/b",
      says: "at character 7: expected a parameter in braces, `{a}` instead of `:a`",
    },
    { permission: "GET:/users/:user_id?", says: "`{user_id}` instead of `:user_id`" },
    { permission: "GET:/users/:", says: "`{name}` instead of `:`" },
  ]
  it.each(parameters)("$permission: $says", async ({ permission, says }) => {
    expect(await messageOf({ ...entry, permissions: ["GET:/fine", permission] })).toContain(
      `permission \`${permission}\``,
    )
    expect(await messageOf({ ...entry, permissions: [permission] })).toContain(says)
  })

  it("keeps a colon that starts no segment", async () => {
    expect(await messageOf({ ...entry, permissions: ["POST:/v1/items:batch"] })).toBeUndefined()
  })

  it("refuses the second line about a user, not one after a line that was refused", async () => {
    const bad = JSON.stringify({ ...entry, permissions: ["?"] })
    const parsed = await parse([bad, JSON.stringify(entry), "", JSON.stringify(entry)])
    expect(parsed.map(({ ok }) => ok)).toEqual([false, true, false])
    expect(parsed[2]).toEqual({ line: 4, ok: false, message: "field `userId`: `u1` is already on line 2" })
  })
})
