/** YAML 1.2 from strangers: bounded in depth and in what aliases may multiply to. */
import { ClaimgateError, quote } from "@claimgate/core"
import { Composer, CST, type Document, isScalar, Lexer, Parser, visit } from "yaml"
import { documentFault } from "./document-fault.ts"

/** Deepest nesting: the composer recurses, and Node.js dies of some stack overflows. */
const deepest = 500
/** Anchors and aliases: each alias is searched for among all of them. */
const mostNames = 10_000
/** How often a value may be used, together with the values that use it. */
const mostUses = 10_000

/** Reads one YAML document. Throws `malformed_input`, naming file and line. */
export function parseYaml(text: string, file: string): unknown {
  const documents = [
    ...new Composer({ uniqueKeys: false, prettyErrors: false }).compose(tokensOf(text, file)),
  ]
  const [document, second] = documents
  if (document === undefined)
    throw documentFault(file, text, 0, "expected an OpenAPI document, got no content")
  const [fault] = document.errors
  if (fault !== undefined)
    throw documentFault(file, text, fault.pos[0], `not YAML: ${onOneLine(fault.message)}`)
  if (second !== undefined)
    throw documentFault(file, text, second.range[0], "expected one YAML document, got a second one")
  checkKeys(document, text, file)
  try {
    return document.toJS({ maxAliasCount: mostUses })
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new ClaimgateError("malformed_input", `${file}: aliases cannot be followed: ${onOneLine(message)}`)
  }
}

/** The syntax tree's parts, from a parser that does not recurse. */
function tokensOf(text: string, file: string): CST.Token[] {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  let names = 0
  let before = ""
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    // Behind the mark of a scalar stands its text, which may start with anything.
    if (before !== CST.SCALAR && (lexeme[0] === "&" || lexeme[0] === "*")) names++
    before = lexeme
    if (names > mostNames)
      throw documentFault(file, text, parser.offset, `expected at most ${mostNames} anchors and aliases`)
    if (parser.stack.length > deepest)
      throw documentFault(file, text, parser.offset, `expected at most ${deepest} levels of nesting`)
  }
  tokens.push(...parser.end())
  return tokens
}

/** The library's own check compares each key with each other one: minutes for a large object. */
function checkKeys(document: Document.Parsed, text: string, file: string): void {
  const once = (key: unknown, keys: Set<string>) => {
    if (!isScalar(key)) return
    const name = String(key.value)
    if (keys.has(name)) {
      const offset = key.range?.[0] ?? 0
      throw documentFault(file, text, offset, `key ${quote(name)}: expected each key of an object once`)
    }
    keys.add(name)
  }
  visit(document, {
    Map: (_, map) => {
      const keys = new Set<string>()
      for (const { key } of map.items) once(key, keys)
    },
  })
}

function onOneLine(message: string): string {
  return message.replace(/[\s\p{C}]+/gu, " ")
}
