/** What a value that came as JSON, or was thrown, turns out to be. */

/** An object or a list, to be read by name; its values stay unknown. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
}

/** Text that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== ""
}

/** What a fault says of itself. */
export function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}
