/** A file of members cut into parts that one request can bring. */
import { parseSimpleTable, type RefusedLine } from "@claimgate/store"

export interface Part {
  /** JSON Lines, one for each member. */
  readonly body: string
  /** Where in the file each of them stands, from 1. */
  readonly lines: readonly number[]
}

/** Members of a part: about what is written in a few seconds, also by a slow table. */
export const mostMembers = 1000
/** Bytes of a part: the admin API takes 256 KB, and that is also more than the largest valid member has. */
export const largestPart = 200_000

/**
 * Parts of whole lines, of at most 1,000 members and 200 KB. Lines that are malformed or repeat a subject of any line
 * before go to `refused`: the admin API sees one part at a time, and could not tell.
 */
export async function* partsOf(lines: AsyncIterable<string>, refused: RefusedLine[]): AsyncGenerator<Part> {
  let [members, size]: [Entry[], number] = [[], 0]
  for await (const entry of entriesOf(lines, refused)) {
    const bytes = Buffer.byteLength(entry.text) + 1
    if (members.length === mostMembers || (size > 0 && size + bytes > largestPart)) {
      yield joined(members)
      ;[members, size] = [[], 0]
    }
    members.push(entry)
    size += bytes
  }
  if (size > 0) yield joined(members)
}

interface Entry {
  readonly line: number
  readonly text: string
}

async function* entriesOf(lines: AsyncIterable<string>, refused: RefusedLine[]): AsyncGenerator<Entry> {
  for await (const entry of parseSimpleTable(lines)) {
    if (!entry.ok) {
      refused.push({ line: entry.line, message: entry.message })
      continue
    }
    const { subject, ...grants } = entry.draft
    yield { line: entry.line, text: JSON.stringify({ userId: subject, ...grants }) }
  }
}

function joined(entries: readonly Entry[]): Part {
  return { body: entries.map(({ text }) => text).join("\n"), lines: entries.map(({ line }) => line) }
}
