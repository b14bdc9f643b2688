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
  const json = plain.trimStart().startsWith("{") ? parseJson(plain, file) : undefined
  return json === undefined ? parseYaml(plain, file) : json.value
}

/** Much faster than YAML, which JSON is too; what is no JSON after all is left to the other parser to judge. */
function parseJson(text: string, file: string): { readonly value: unknown } | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const repeated = repeatedKey(text)
  if (repeated !== undefined) throw documentFault(file, text, repeated, "expected each key of an object once")
  return { value }
}
