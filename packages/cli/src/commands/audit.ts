/** `claimgate audit`: what was changed or refused, by whom, newest first. */
import { ClaimgateError, quote } from "@claimgate/core"
import type { AdminDoor, AuditFilter, ShownAudit } from "../door.ts"
import { columns, type Output } from "../output.ts"

/** Prints at most `limit` records. */
export async function runAudit(
  door: AdminDoor,
  filter: AuditFilter,
  limit: number,
  output: Output,
): Promise<void> {
  const found: ShownAudit[] = []
  let cursor: string | undefined
  do {
    const page = await door.listAudit(filter, limit - found.length, cursor)
    found.push(...page.items)
    cursor = page.cursor
  } while (cursor !== undefined && found.length < limit)
  const shown = found.slice(0, limit)
  output.answer(
    shown,
    shown.length === 0 ? ["nothing was changed or refused"] : columns(rowsOf(shown, output)),
  )
}

/** Flags as they were given. Throws `malformed_input` where they contradict each other. */
export function parseAuditFlags({ subject, role, month, limit }: AuditFilter & { readonly limit: string }) {
  if ([subject, role, month].filter((text) => text !== undefined).length > 1)
    throw new ClaimgateError("malformed_input", "--subject, --role, --month: expected one of them")
  if (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw new ClaimgateError("malformed_input", `--month ${quote(month)}: expected a month like \`2026-01\``)
  if (!/^[1-9]\d{0,4}$/.test(limit))
    throw new ClaimgateError("malformed_input", `--limit ${quote(limit)}: expected a number from 1 to 99999`)
  return { filter: { subject, role, month }, limit: Number(limit) }
}

function rowsOf(entries: readonly ShownAudit[], { style }: Output): string[][] {
  return entries.map(({ at, actor, door, action, outcome, kind, name, because = "" }) => [
    at,
    actor,
    outcome === "refused" ? style.bad(`refused ${action}`) : action,
    `${kind} ${name}`.trimEnd(),
    door,
    because,
  ])
}
