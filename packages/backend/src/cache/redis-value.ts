/**
 * Holdings as one text in Redis: `<kept> <sent> <epoch> <digest> <json>`. Times are milliseconds by Redis' own clock.
 * What is read is parsed, never trusted: the digest covers the key too, so that a damaged value, one of another
 * subject, table or schema, and whatever else is found under a key is no value at all. It guards against accidents;
 * who may write to this Redis can say what anyone holds.
 */
import { createHash } from "node:crypto"
import type { Holdings, SubjectId } from "@claimgate/store"
import * as z from "zod"
import type { SharedDate } from "./redis-clock.ts"

/** Goes up with any change of the text or of what it means: processes of two releases share one Redis. */
const schemaVersion = 1

/** What a value says, dated when its read was sent to the store, or earlier. */
export interface RedisValue extends SharedDate {
  readonly holdings: Holdings
}

/** Longest value, in characters, all of them ASCII; nothing longer is written or read. */
export const longestValue = 256 * 1024

/** The key of a subject; a table's name has no `:`, and one Redis may serve several stages. */
export function keyOf(table: string, subject: SubjectId): string {
  return `claimgate:${schemaVersion}:${table}:${subject}`
}

/** A value but for the time when it is kept, which Redis puts before it; undefined where it would be too long. */
export function formatValue(key: string, { holdings, sent, sentByWall }: RedisValue): string | undefined {
  const { roles, permissions, epoch } = holdings
  const head = `${Math.floor(sent)} ${epoch}`
  const json = JSON.stringify({ sentByWall: Math.floor(sentByWall), roles, permissions })
  if (json.length > longestValue - longestHead) return undefined
  return `${head} ${digestOf(key, head, json)} ${json}`
}

/** Reads what was found under a key; undefined where it is no value that `formatValue` made for this key. */
export function parseValue(key: string, text: string): RedisValue | undefined {
  if (text.length > longestValue) return undefined
  const [, head = "", sent = "", epoch = "", digest = "", json = ""] = shape.exec(text) ?? []
  if (json === "" || digest !== digestOf(key, head, json)) return undefined
  const parsed = parseBody(json)
  if (parsed === undefined) return undefined
  const { roles, permissions, sentByWall } = parsed
  return { holdings: { roles, permissions, epoch }, sent: Number(sent), sentByWall }
}

/** Two times, a digest, and an epoch of sixteen roles. */
const longestHead = 512
const shape = /^\d+ ((\d+) (\d+(?:\.\d+)+)) ([\w-]{43}) (\{.*)$/
const body = z.object({ sentByWall: z.int(), roles: z.array(z.string()), permissions: z.array(z.string()) })

function parseBody(json: string): z.infer<typeof body> | undefined {
  try {
    return body.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}

function digestOf(key: string, head: string, json: string): string {
  return createHash("sha256").update(`${key}\n${head}\n${json}`).digest("base64url")
}
