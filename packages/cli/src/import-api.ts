/** An import by way of the admin API: part after part under one idempotency key, which make one import of the stage's. */
import { randomUUID } from "node:crypto"
import { ClaimgateError } from "@claimgate/core"
import type { ImportReport, RefusedLine } from "@claimgate/store"
import * as z from "zod"
import { parseAnswer } from "./answer.ts"
import type { AdminApi } from "./api.ts"
import type { WriteMembers } from "./commands/import.ts"
import { type Part, partsOf } from "./import-parts.ts"

const report = z.object({
  imported: z.number(),
  unchanged: z.number(),
  refused: z.array(z.object({ line: z.number(), message: z.string() })),
  unknownRoles: z.array(z.string()),
})

interface Tally {
  imported: number
  unchanged: number
  readonly refused: RefusedLine[]
  readonly unknownRoles: Set<string>
}

/** What a person has to know where the end of an import did not get through. */
export const unended =
  "the import was not ended: tokens are rechecked on every request until another one ends"

/**
 * Makes the import. It is ended by a request without lines, since that one can be repeated: lines under a key that has
 * ended are a conflict. Throws what the admin API answers, with the lines at which it did.
 */
export function createApiImport(api: AdminApi): WriteMembers {
  return async (lines, warn) => {
    const send = sender(api)
    const tally: Tally = { imported: 0, unchanged: 0, refused: [], unknownRoles: new Set() }
    let [isAsked, isBegun] = [false, false]
    try {
      for await (const part of partsOf(lines, tally.refused)) {
        isAsked = true
        add(tally, part, await naming(part, () => send(part.body, true)))
        isBegun = true
      }
    } catch (fault) {
      // Whoever may not begin an import cannot end it either, and would only be refused twice.
      if (isBegun || (isAsked && !isDenied(fault))) await send("", false).catch(() => warn(unended))
      throw fault
    }
    if (isAsked) await end(() => send("", false))
    return reportOf(tally)
  }
}

/** Sends one part after the other, all under one key. */
function sender(api: AdminApi): (jsonLines: string, more: boolean) => Promise<ImportReport> {
  const idempotencyKey = randomUUID()
  return async (jsonLines, more) => {
    const options = { jsonLines, query: { more: String(more) }, idempotencyKey }
    return parseAnswer(report, await api.call("POST", "/api/admin/import", options))
  }
}

function add(tally: Tally, { lines }: Part, { imported, unchanged, refused, unknownRoles }: ImportReport) {
  tally.imported += imported
  tally.unchanged += unchanged
  for (const { line, message } of refused) tally.refused.push({ line: lineOf(lines, line), message })
  for (const role of unknownRoles) tally.unknownRoles.add(role)
}

/** The line of the file that a line of a part is. */
function lineOf(lines: readonly number[], line: number): number {
  const found = lines[line - 1]
  if (found !== undefined) return found
  throw new ClaimgateError(
    "dependency_failed",
    `admin API: refused line ${line}, expected one of the ${lines.length} that it was sent`,
  )
}

function reportOf({ imported, unchanged, refused, unknownRoles }: Tally): ImportReport {
  return {
    imported,
    unchanged,
    refused: refused.sort((a, b) => a.line - b.line),
    unknownRoles: [...unknownRoles].sort(),
  }
}

/** Says where an import stopped. */
async function naming<T>({ lines }: Part, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof ClaimgateError)) throw cause
    const where = `lines ${lines[0]} to ${lines.at(-1)}`
    throw new ClaimgateError(cause.code, `import stopped at ${where}: ${cause.message}`, { cause })
  }
}

async function end(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    if (!(cause instanceof ClaimgateError)) throw cause
    throw new ClaimgateError(cause.code, `all lines are through, but ${unended}: ${cause.message}`, { cause })
  }
}

function isDenied(fault: unknown): boolean {
  return fault instanceof ClaimgateError && (fault.code === "forbidden" || fault.code === "unauthenticated")
}
