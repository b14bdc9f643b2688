/** What a value that came as JSON turns out to be. */

/** An object or a list, to be read by name; its values stay unknown. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
}

/** Text that is not empty. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== ""
}
