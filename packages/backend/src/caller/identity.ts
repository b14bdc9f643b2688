/** The fields that callers of every shape have: what does not look as the store or the trigger writes it is nobody's. */
import { isRoleName, maxRoles, parseSubject } from "@claimgate/store"

const longestField = 4096
const epochShape = /^(\d+(\.\d+)*)?$/

/** Text of a shape, at most 4,096 characters long; undefined for anything else. */
export function matching(value: unknown, shape: RegExp): string | undefined {
  return typeof value === "string" && value.length <= longestField && shape.test(value) ? value : undefined
}

/** A subject that the store would take. */
export function readSubject(value: unknown): string | undefined {
  try {
    return typeof value === "string" ? parseSubject(value) : undefined
  } catch {
    return undefined
  }
}

/** Role names, comma-joined. */
export function readRoles(value: unknown): readonly string[] | undefined {
  if (typeof value !== "string" || value.length > longestField) return undefined
  const roles = value.split(",")
  return roles.length <= maxRoles && roles.every(isRoleName) ? roles : undefined
}

/** Decimal version numbers, joined by `.`; may be empty. */
export function readEpoch(value: unknown): string | undefined {
  return matching(value, epochShape)
}

/** Seconds since 1970, in decimal digits. */
export function readSeconds(value: unknown): number | undefined {
  const digits = matching(value, /^[1-9]\d{0,14}$/)
  return digits === undefined ? undefined : Number(digits)
}
