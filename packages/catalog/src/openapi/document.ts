/** An OpenAPI document's text as data. */
import { documentFault } from "./document-fault.ts"
import { repeatedKey } from "./json.ts"
import { parseYaml } from "./yaml.ts"

/**
 * Reads JSON or YAML; a key that stands twice in one object is refused, as one of its values would be lost. Throws
 * `malformed_input`, naming file and line.
 */
export function parseDocument(text: string, file: string): unknown {
  const plain = text.replace(/^\uFEFF/, "")
  const isJson = file.endsWith(".json")
  // JSON is YAML too, but reading it as such takes a hundred times as long.
  if (!isJson && !plain.trimStart().startsWith("{")) return parseYaml(plain, file)
  let value: unknown
  try {
    value = JSON.parse(plain)
  } catch (cause) {
    if (isJson) throw jsonFault(plain, file, cause)
    return parseYaml(plain, file)
  }
  const repeated = repeatedKey(plain)
  if (repeated !== undefined)
    throw documentFault(file, plain, repeated, "expected each key of an object once")
  return value
}

/** The longest document that is read. A YAML tree takes about 100 bytes of memory for each character of its text. */
export function mostMegabytes(file: string): number {
  return file.endsWith(".json") ? 64 : 16
}

/** The engine tells the place as an offset, or not at all where it quotes the text around it, or the text ended. */
function jsonFault(text: string, file: string, cause: unknown): Error {
  const message = (cause instanceof Error ? cause.message : String(cause)).replace(/[\s\p{C}]+/gu, " ")
  const offset = / in JSON at position (\d+).*/.exec(message)
  const why = `not JSON: ${offset === null ? message : message.slice(0, offset.index)}`
  return documentFault(file, text, Number(offset?.[1] ?? text.length), why)
}
