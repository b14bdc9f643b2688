/** The fields of an object, none of anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // Any object can be read by name; its values stay unknown.
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
}
