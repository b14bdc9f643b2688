/**
 * The request target, taken apart without normalising it: `new URL` would resolve dot segments, turn `\` into `/`,
 * drop tabs and cut fragments, and the handlers would never see what an attacker sent.
 *
 * [U] What AWS's front does before its gateway sees a path is not documented. This stand-in forwards dot segments,
 * `\`, `#` and repeated slashes as they came, so that the handlers have to refuse them.
 */
export interface TargetParts {
  /** As sent, percent-encoded; starts with `/`. */
  readonly path: string
  /** As sent, without the `?`; empty where there is none. */
  readonly query: string
}

const absoluteForm = /^https?:\/\/[^/?#]*/i

/**
 * Splits `/path?query` at the first `?`. Of an absolute-form target the scheme and authority are dropped, as every
 * server must take that form (RFC 9112, 3.2.2). Undefined for the other forms: `*` and `host:port`.
 */
export function splitTarget(target: string): TargetParts | undefined {
  const origin = target.replace(absoluteForm, "")
  const question = origin.indexOf("?")
  const path = question < 0 ? origin : origin.slice(0, question)
  const query = question < 0 ? "" : origin.slice(question + 1)
  if (path.startsWith("/")) return { path, query }
  return path === "" && origin !== target ? { path: "/", query } : undefined
}

/**
 * Percent-decodes as UTF-8. Broken escapes stay as they are and bytes that are no UTF-8 become U+FFFD: [U], chosen
 * so that nothing is refused here that the handlers would have to refuse.
 */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"),
  )
}

/** The names and values of a query, decoded, `+` as a space, in the order sent. [L] */
export function parseQuery(query: string): (readonly [name: string, value: string])[] {
  return query
    .split("&")
    .filter((piece) => piece !== "")
    .map((piece) => {
      const equals = piece.indexOf("=")
      const name = equals < 0 ? piece : piece.slice(0, equals)
      const value = equals < 0 ? "" : piece.slice(equals + 1)
      return [decodePlus(name), decodePlus(value)] as const
    })
}

function decodePlus(text: string): string {
  return decodePercent(text.replaceAll("+", " "))
}
