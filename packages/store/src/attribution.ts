/** On whose behalf something is written: parsed at the door, as it ends up in the audit and on people's terminals. */
import { createHash, randomUUID } from "node:crypto"
import { ClaimgateError } from "@claimgate/core"
import * as z from "zod"
import { describeIssue } from "./issue.ts"
import type { Attribution, Door, Refusal } from "./port.ts"

/** Text without what breaks a line or steers a terminal: control, format and unassigned characters. */
const printable = (longest: number) =>
  z.string().regex(new RegExp(`^[^\\p{C}\\p{Zl}\\p{Zp}]{1,${longest}}$`, "u"), {
    error: `expected 1 to ${longest} printable characters`,
  })

const attribution = z.object({
  actor: printable(256),
  door: z.enum(["admin-api", "bootstrap", "break-glass", "import", "seed"]),
  requestId: printable(256),
  idempotencyKey: printable(256),
  request: z.string().optional(),
})

const refusal = z.object({
  kind: z.enum(["member", "role", "generation"]),
  name: z.string(),
  action: printable(64),
  because: printable(1000),
})

/** An attribution that can be stored, or `malformed_input`. */
export function parseAttribution(input: unknown): Attribution {
  const { request, ...by } = parseShape("attribution", attribution, input)
  return request === undefined ? by : { ...by, request }
}

/** A refusal that can be stored, but for its name, or `malformed_input`. */
export function parseRefusal(input: unknown): Refusal {
  return parseShape("refusal", refusal, input)
}

/** An attribution with a request id and an idempotency key of its own: for what is done once, and never repeated. */
export function newAttribution(actor: string, door: Door): Attribution {
  return { actor, door, requestId: randomUUID(), idempotencyKey: randomUUID() }
}

/**
 * What tells a request from another one under the same idempotency key: who asks, at which door, for what. `written`
 * is what the request comes to, where the caller does not say what it was.
 */
export function digestOf({ actor, door, request }: Attribution, written: readonly unknown[]): string {
  const asked = request === undefined ? ["written", ...written] : ["asked", request]
  return createHash("sha256")
    .update(JSON.stringify([actor, door, ...asked]))
    .digest("base64url")
}

function parseShape<T>(what: string, schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data
  throw new ClaimgateError("malformed_input", `${what}: ${describeIssue(parsed.error)}`)
}
