/** What is piped in, whole; bounded, because it is meant to be one token or one answer. */
import { ClaimgateError } from "@claimgate/core"

const mostBytes = 1_000_000

/** Reads standard input to its end. Throws `malformed_input` past a million bytes. */
export async function readStandardInput(input: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of input) {
    const bytes = Buffer.from(part)
    size += bytes.length
    if (size > mostBytes)
      throw new ClaimgateError("malformed_input", `standard input: expected at most ${mostBytes} bytes`)
    parts.push(bytes)
  }
  return Buffer.concat(parts).toString("utf8")
}
