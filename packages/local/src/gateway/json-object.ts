/** An object as JSON has it: neither null nor a list. */
export type JsonObject = Readonly<Record<string, unknown>>

/** True for what is a `JsonObject`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
