/**
 * The items beside members and roles, as they come back from the table: the change feed and its head, the audit,
 * idempotency keys, the number of administrators. Parsed like members and roles, and `malformed_record` like them.
 */
import * as z from "zod"
import type { Head } from "./head.ts"
import type { ExpiringChange, Used } from "./judge.ts"
import { schemaVersion } from "./keys.ts"
import type { AuditRecord } from "./port.ts"
import { memberShape, parseShape, reading, roleShape } from "./record.ts"

const schema = z.literal(schemaVersion)
const kind = z.enum(["member", "role", "generation"])

const feedHeadItem = z.object({
  schema,
  entity: z.literal("feed-head"),
  number: z.int().min(0),
  generation: z.int().min(0),
  importRun: z.string().optional(),
  importOpen: z.boolean().optional(),
  importSince: z.number().optional(),
})

const changeItem = z.object({
  schema,
  entity: z.literal("change"),
  number: z.int().min(1),
  kind,
  name: z.string(),
  version: z.int().min(1),
  at: z.number(),
  expiresAt: z.int(),
})

const idempotencyItem = z.object({
  schema,
  entity: z.literal("idempotency"),
  digest: z.string(),
  result: z.unknown(),
  expiresAt: z.int(),
})

const administratorsItem = z.object({
  schema,
  entity: z.literal("administrators"),
  count: z.int().min(0),
})

const trail = {
  schema,
  entity: z.literal("audit"),
  id: z.string(),
  kind,
  name: z.string(),
  at: z.number(),
  actor: z.string(),
  door: z.enum(["admin-api", "bootstrap", "break-glass", "import", "seed"]),
  requestId: z.string(),
}

const record = z.union([memberShape, roleShape]).optional()

const auditItem = z.discriminatedUnion("outcome", [
  z.object({
    ...trail,
    outcome: z.literal("done"),
    action: z.enum(["put", "delete", "raise", "import"]),
    number: z.int().optional(),
    generation: z.int(),
    before: record,
    after: record,
  }),
  z.object({ ...trail, outcome: z.literal("refused"), action: z.string(), because: z.string() }),
])

/** Reads the head of the change feed. Throws `malformed_record`. */
export function parseFeedHead(item: unknown): Head {
  return reading("change feed's head", () => {
    const { number, generation, importRun, importOpen, importSince } = parseShape(feedHeadItem, item)
    if (importRun === undefined || importOpen === undefined || importSince === undefined)
      return { number, generation, importing: undefined }
    return { number, generation, importing: { run: importRun, open: importOpen, since: importSince } }
  })
}

/** Reads a change. Throws `malformed_record`. */
export function parseChange(item: unknown): ExpiringChange {
  return reading("change", () => {
    const { schema: _, entity, ...change } = parseShape(changeItem, item)
    return change
  })
}

/** Reads an audit record, whatever names were allowed when it was written. Throws `malformed_record`. */
export function parseAudit(item: unknown): AuditRecord {
  return reading("audit record", () => {
    const { schema: _, entity, ...found } = parseShape(auditItem, item)
    if (found.outcome === "refused") return found
    return { ...found, number: found.number, before: found.before, after: found.after }
  })
}

/** Reads what an idempotency key was used for. Throws `malformed_record`. */
export function parseUsed(item: unknown): Used {
  return reading("idempotency key", () => {
    const { digest, result, expiresAt } = parseShape(idempotencyItem, item)
    return { digest, result, expiresAt }
  })
}

/** Reads how many administrators there are. Throws `malformed_record`. */
export function parseAdministrators(item: unknown): number {
  return reading("number of administrators", () => parseShape(administratorsItem, item).count)
}

/** Reads the generation that a raise answered with before. Throws `malformed_record`. */
export function parseGenerationResult(result: unknown): number {
  return reading("answer", () => parseShape(z.int().min(1), result))
}
