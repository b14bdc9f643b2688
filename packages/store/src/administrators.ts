/** The registry of administrators: how many there are, so that one always remains and the first one is the first. */
import { ClaimgateError } from "@claimgate/core"
import { memberLabel } from "./conflict.ts"
import type { Attribution, Member, Role } from "./port.ts"

/** Holds `admin`, and may use it. */
export function isAdministrator(record: Member | Role | undefined): boolean {
  if (record === undefined || !("roles" in record)) return false
  return !record.deleted && !record.disabled && record.roles.includes("admin")
}

/** How many there are after a write. */
export function countAfter(count: number, before: Member | Role | undefined, after: Member | Role): number {
  return count + Number(isAdministrator(after)) - Number(isAdministrator(before))
}

/** Why a write may not be, as far as administrators are concerned. */
export function administratorsRefusal(
  { door }: Attribution,
  count: number,
  before: Member | Role | undefined,
  after: Member | Role,
): ClaimgateError | undefined {
  if (door === "bootstrap") return bootstrapRefusal(count, after)
  if (!("subject" in after) || !isAdministrator(before) || isAdministrator(after) || count > 1)
    return undefined
  return new ClaimgateError(
    "conflict",
    `${memberLabel(after.subject)}: is the last administrator, one has to remain`,
  )
}

function bootstrapRefusal(count: number, after: Member | Role): ClaimgateError | undefined {
  if (!isAdministrator(after))
    return new ClaimgateError("malformed_input", "bootstrap: expected a member that holds `admin`")
  if (count === 0) return undefined
  const there = count === 1 ? "there is an administrator" : `there are ${count} administrators`
  return new ClaimgateError("conflict", `bootstrap: ${there} already, expected none`)
}
