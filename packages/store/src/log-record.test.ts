import { describe, expect, it } from "vitest"
import {
  type AdministratorsItem,
  type AuditItem,
  administratorsKey,
  type ChangeItem,
  changeKey,
  type FeedHeadItem,
  feedHeadKey,
  type IdempotencyItem,
  idempotencyKey,
} from "./keys.ts"
import {
  parseAdministrators,
  parseAudit,
  parseChange,
  parseFeedHead,
  parseGenerationResult,
  parseUsed,
} from "./log-record.ts"

const head: FeedHeadItem = { ...feedHeadKey, entity: "feed-head", schema: "1", number: 7, generation: 2 }
const change: ChangeItem = {
  ...{ ...changeKey(7), entity: "change", schema: "1", number: 7, kind: "member", name: "alice" },
  ...{ version: 3, at: 1000, expiresAt: 91 },
}
const id = "1970-01-01T00:00:01.000Z#0000000000000007"
const audit: AuditItem = {
  ...{ pk: "AUDIT#member#alice", sk: id, gsi1pk: "AUDIT#1970-01", gsi1sk: id, entity: "audit", schema: "1" },
  ...{ id, month: "1970-01", kind: "member", name: "alice", at: 1000, actor: "ann", door: "seed" },
  ...{ requestId: "r", outcome: "done", action: "put", number: 7, generation: 2 },
  after: { subject: "alice", roles: [], permissions: [], disabled: false, deleted: false, version: 1 },
}
const used: IdempotencyItem = {
  ...{ ...idempotencyKey("k"), entity: "idempotency", schema: "1", digest: "d", result: 3, expiresAt: 91 },
}
const count: AdministratorsItem = { ...administratorsKey, entity: "administrators", schema: "1", count: 2 }

describe("items that can be read", () => {
  it("a head, with an import and without", () => {
    expect(parseFeedHead(head)).toEqual({ number: 7, generation: 2, importing: undefined })
    const importing = { importRun: "run", importOpen: true, importSince: 5 }
    expect(parseFeedHead({ ...head, ...importing }).importing).toEqual({ run: "run", open: true, since: 5 })
  })

  it("a change, and what a later deployment adds to it", () => {
    const { number, kind, name, version, at, expiresAt } = change
    expect(parseChange({ ...change, note: "new" })).toEqual({ number, kind, name, version, at, expiresAt })
  })

  it("an audit record, whatever may be called like that by now", () => {
    const before = { name: "Old Name", permissions: ["nonsense"], deleted: false, version: 1 }
    expect(parseAudit({ ...audit, name: "Old Name", before })).toMatchObject({ id, name: "Old Name", before })
  })

  it("a used key, a number of administrators, an answer", () => {
    expect(parseUsed(used)).toEqual({ digest: "d", result: 3, expiresAt: 91 })
    expect(parseAdministrators(count)).toBe(2)
    expect(parseGenerationResult(3)).toBe(3)
  })
})

describe("items that cannot be read", () => {
  const rows: readonly { what: string; read: () => unknown; says: string }[] = [
    {
      what: "a head of another schema",
      read: () => parseFeedHead({ ...head, schema: "2" }),
      says: "`schema`",
    },
    {
      what: "a head that does not count",
      read: () => parseFeedHead({ ...head, number: -1 }),
      says: "`number`",
    },
    {
      what: "a change without a number",
      read: () => parseChange({ ...change, number: undefined }),
      says: "`number`",
    },
    { what: "a change of something else", read: () => parseChange({ ...change, kind: "x" }), says: "`kind`" },
    { what: "a change that is none", read: () => parseChange(head), says: "`entity`" },
    { what: "an audit record by nobody", read: () => parseAudit({ ...audit, actor: 1 }), says: "`actor`" },
    { what: "one by no door", read: () => parseAudit({ ...audit, door: "window" }), says: "`door`" },
    { what: "one without an outcome", read: () => parseAudit({ ...audit, outcome: "x" }), says: "`outcome`" },
    {
      what: "a refusal without a reason",
      read: () => parseAudit({ ...audit, outcome: "refused" }),
      says: "`because`",
    },
    {
      what: "a key without a digest",
      read: () => parseUsed({ ...used, digest: undefined }),
      says: "`digest`",
    },
    { what: "a negative count", read: () => parseAdministrators({ ...count, count: -1 }), says: "`count`" },
    { what: "an answer that is none", read: () => parseGenerationResult("3"), says: "expected number" },
  ]
  it.each(rows)("$what", ({ read, says }) => {
    expect(read).toThrow(
      expect.objectContaining({ code: "malformed_record", message: expect.stringContaining(says) }),
    )
  })
})
