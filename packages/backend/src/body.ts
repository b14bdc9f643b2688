/** Request bodies: read within a bound, of the one media type that a handler asks for, and checked by its schema. */
import { quote } from "@claimgate/core"
import type { z } from "zod"
import { type Problem, problem } from "./problem.ts"

/** A value that was read, or why not. */
export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem }

/** How an endpoint reads its body. */
export interface BodyReader<Body> {
  /** Undefined where there must be no body. */
  readonly mediaType: string | undefined
  /** Where the body has a structure. */
  readonly schema?: z.ZodType<Body>
  read(request: Request): Promise<Read<Body>>
}

const mostJson = 64 * 1024

/** Reads JSON of at most 64 KB that the schema accepts. */
export function json<Body>(schema: z.ZodType<Body>): BodyReader<Body> {
  const mediaType = "application/json"
  return {
    mediaType,
    schema,
    async read(request) {
      const text = await readText(request, mediaType, mostJson)
      if (!text.ok) return text
      const parsed = parseJson(text.value)
      return parsed.ok ? accept("body", schema, parsed.value) : parsed
    },
  }
}

function parseJson(text: string): Read<unknown> {
  try {
    return { ok: true, value: JSON.parse(text, withoutPrototype) }
  } catch {
    return malformed("body: expected JSON")
  }
}

/** A field of this name means something else to whoever copies an object, and schemas let it pass. */
function withoutPrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError("expected no field `__proto__`")
  return value
}

/** Reads UTF-8 text of at most that many bytes; a byte order mark is dropped. */
export function text(mostBytes: number, mediaType = "text/plain"): BodyReader<string> {
  return { mediaType, read: (request) => readText(request, mediaType, mostBytes) }
}

/** Sees to it that there is no body. */
export const noBody: BodyReader<undefined> = {
  mediaType: undefined,
  async read(request) {
    const { byteLength } = await request.arrayBuffer()
    return byteLength === 0 ? { ok: true, value: undefined } : malformed("body: expected none")
  },
}

/** Applies a schema; the problem names the first fields that are wrong, and where they were found. */
export function accept<Value>(where: string, schema: z.ZodType<Value>, input: unknown): Read<Value> {
  const parsed = schema.safeParse(input)
  if (parsed.success) return { ok: true, value: parsed.data }
  return malformed(parsed.error.issues.slice(0, mostIssues).map(describe).join("; "), where)
}

const mostIssues = 3

function describe({ path, message }: z.core.$ZodIssue): string {
  const words = message.replace(/^Invalid input: /, "").replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase())
  // Messages can repeat what was sent, such as the name of an unknown field.
  const safe = words.slice(0, 200).replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, "?")
  return path.length === 0 ? safe : `${quote(path.map(String).join("."))}: ${safe}`
}

function malformed(detail: string, where?: string): { readonly ok: false; readonly problem: Problem } {
  return {
    ok: false,
    problem: problem("malformed_input", where === undefined ? detail : `${where}: ${detail}`),
  }
}

async function readText(request: Request, mediaType: string, mostBytes: number): Promise<Read<string>> {
  const sent = request.headers.get("content-type") ?? ""
  if (!isMediaType(sent, mediaType)) return unsupported(mediaType, sent)
  const bytes = await request.arrayBuffer()
  if (bytes.byteLength > mostBytes) return tooLarge(mostBytes)
  try {
    return { ok: true, value: new TextDecoder("utf-8", { fatal: true }).decode(bytes) }
  } catch {
    return malformed("body: expected UTF-8")
  }
}

/** The type itself, with no parameter but a charset of UTF-8. */
function isMediaType(sent: string, mediaType: string): boolean {
  const [type = "", ...parameters] = sent.toLowerCase().split(";")
  return (
    type.trim() === mediaType &&
    parameters.every((one) => /^\s*charset="?utf-8"?\s*$/.test(one) || !one.trim())
  )
}

function unsupported(mediaType: string, sent: string): { readonly ok: false; readonly problem: Problem } {
  const detail = `content-type ${quote(sent)}: expected \`${mediaType}\` in UTF-8`
  return { ok: false, problem: problem("malformed_input", detail, { status: 415 }) }
}

function tooLarge(mostBytes: number): { readonly ok: false; readonly problem: Problem } {
  const detail = `body: expected at most ${mostBytes} bytes`
  return { ok: false, problem: problem("malformed_input", detail, { status: 413 }) }
}
