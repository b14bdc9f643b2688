/** The lines of a file of any size, without more of it in memory than a line may have. */
import { createReadStream } from "node:fs"

/** Characters that are kept of one line: one more than any line that is accepted has. */
export const longestKept = 512 * 1024 + 1

export interface Line {
  readonly text: string
  /** Bytes of the file up to the end of what was read for it. */
  readonly read: number
}

/** Lines without their line breaks; of one that is too long, only its beginning. Rejects with the fault of reading. */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  const stream = createReadStream(file)
  const decoder = new TextDecoder()
  let rest = ""
  let isAny = false
  for await (const chunk of stream) {
    // A file's stream without an encoding gives bytes.
    const parts = decoder.decode(chunk as Buffer, { stream: true }).split("\n")
    for (const [index, part] of parts.entries()) {
      if (rest.length < longestKept) rest += part
      isAny ||= part !== ""
      if (index === parts.length - 1) continue
      yield { text: rest.replace(/\r$/, ""), read: stream.bytesRead }
      rest = ""
      isAny = false
    }
  }
  if (isAny) yield { text: rest, read: stream.bytesRead }
}
