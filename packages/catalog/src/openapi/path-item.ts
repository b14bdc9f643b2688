/** Path items that stand elsewhere in the document: `$ref` as a JSON pointer (RFC 6901) into it. */
import { quote } from "@claimgate/core"
import { isObject, type JsonObject } from "./json-object.ts"

export type ResolvedItem =
  | { readonly ok: true; readonly item: JsonObject }
  | { readonly ok: false; readonly fault: string }

/** Follows a path item's references to the fields of all items on the way; says why where that cannot be done. */
export function resolvePathItem(document: unknown, item: unknown): ResolvedItem {
  const seen = new Set<unknown>()
  let merged: JsonObject = {}
  for (let next = item; ; ) {
    if (!isObject(next)) return no("expected a path item: an object with an operation for each method")
    if (seen.has(next)) return no("`$ref` leads back to itself: expected it to end at a path item")
    seen.add(next)
    const repeated = Object.keys(next).find((field) => field !== "$ref" && Object.hasOwn(merged, field))
    if (repeated !== undefined)
      return no(`field ${quote(repeated)} stands beside \`$ref\` and behind it: expected it once`)
    merged = { ...next, ...merged }
    const { $ref: reference } = next
    if (reference === undefined) return { ok: true, item: merged }
    if (typeof reference !== "string")
      return no("`$ref`: expected text such as `#/components/pathItems/name`")
    if (!reference.startsWith("#"))
      return no(`external reference ${quote(reference)}: expected one document: bundle it first`)
    next = targetOf(document, reference.slice(1))
    if (next === undefined) return no(`\`$ref\` ${quote(reference)}: expected a place in this document`)
  }
}

function targetOf(document: unknown, pointer: string): unknown {
  const [start, ...keys] = decode(pointer).split("/")
  if (start !== "") return undefined
  let target = document
  for (const key of keys.map((text) => text.replaceAll("~1", "/").replaceAll("~0", "~"))) {
    if (typeof target !== "object" || target === null || !Object.hasOwn(target, key)) return undefined
    // An own key of an object or an array; what it holds is looked at before use.
    target = (target as JsonObject)[key]
  }
  return target
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}

function no(fault: string): ResolvedItem {
  return { ok: false, fault }
}
