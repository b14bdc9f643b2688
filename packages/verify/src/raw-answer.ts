/** An HTTP/1.1 answer, read from the bytes that came: what a gateway sends, before any client has tidied it up. */

export interface RawAnswer {
  /** 0 where the connection ended without an answer. */
  readonly status: number
  /** As sent, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** What a connection that ended without an answer comes to. */
export const noAnswer: RawAnswer = { status: 0, headers: [], body: "" }

/** Reads an answer off a connection that has ended; whatever is no HTTP/1.x counts as no answer. */
export function readAnswer(bytes: Buffer): RawAnswer {
  const end = bytes.indexOf("\r\n\r\n")
  const [first = "", ...lines] = bytes.toString("latin1", 0, end < 0 ? 0 : end).split("\r\n")
  const [, digits] = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first) ?? []
  if (digits === undefined) return noAnswer
  // Interim answers only announce the one that counts.
  if (digits.startsWith("1")) return readAnswer(bytes.subarray(end + 4))
  const headers = lines.map(readHeader)
  const isChunked = headers.some(
    ([name, value]) => name === "transfer-encoding" && /\bchunked\b/i.test(value),
  )
  const rest = bytes.subarray(end + 4)
  return { status: Number(digits), headers, body: (isChunked ? joinChunks(rest) : rest).toString("utf8") }
}

/** The values of a header, in the order sent. */
export function valuesOf({ headers }: RawAnswer, name: string): readonly string[] {
  return headers.filter(([sent]) => sent === name).map(([, value]) => value)
}

/** The header's values in one text, or undefined where it is not there. */
export function headerOf(answer: RawAnswer, name: string): string | undefined {
  const values = valuesOf(answer, name)
  return values.length === 0 ? undefined : values.join(", ")
}

function readHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(":")
  if (colon < 0) return [line.toLowerCase(), ""]
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

function joinChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let rest = bytes; ; ) {
    const end = rest.indexOf("\r\n")
    const size = Number.parseInt(rest.toString("latin1", 0, Math.max(end, 0)), 16)
    // The last chunk has no bytes; an answer that broke off has no number there.
    if (!(size > 0)) return Buffer.concat(chunks)
    chunks.push(rest.subarray(end + 2, end + 2 + size))
    rest = rest.subarray(end + 4 + size)
  }
}
