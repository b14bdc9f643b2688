/** Names for routes that have none yet, as they stand in a route table. */

/**
 * Gives names one after the other: the operation's id in camel case, or method and path where there is none; a
 * name that is taken gets the next free number behind it.
 */
export function createNaming(): (method: string, path: string, operationId: string | undefined) => string {
  const taken = new Set<string>()
  const counts = new Map<string, number>()
  return (method, path, operationId) => {
    const wanted = (operationId && nameFrom(operationId, method)) || nameFromPath(method, path)
    let name = wanted
    for (let n = counts.get(wanted) ?? 2; taken.has(name); n++) {
      name = `${wanted}${n}`
      counts.set(wanted, n + 1)
    }
    taken.add(name)
    return name
  }
}

/** `get-user_by.id` → `getUserById`, `HTTPPing` → `httpPing`; empty where the text has no word. */
function nameFrom(text: string, method: string): string {
  const [first, ...rest] = wordsOf(text)
  if (first === undefined) return ""
  // A property's name that starts with a digit needs quotes, and one of digits alone would move to the front.
  return /^\p{L}/u.test(first)
    ? lowerStart(first) + rest.map(upperStart).join("")
    : nameFrom(`${method.toLowerCase()} ${text}`, method)
}

/** `GET /users/{id}/reports` → `getUsersByIdReports`. */
function nameFromPath(method: string, path: string): string {
  const words = path
    .split("/")
    .flatMap((segment) => (segment.startsWith("{") ? ["by", ...wordsOf(segment)] : wordsOf(segment)))
  return method.toLowerCase() + (words.length > 0 ? words : ["root"]).map(upperStart).join("")
}

/** Runs of letters, marks and digits: what an identifier may hold in any script, but `_` and `$`. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{Nd}][\p{L}\p{Mn}\p{Mc}\p{Nd}]*/gu) ?? []
}

/** Lowers a capital at the start, and an acronym up to the capital of the word behind it. */
function lowerStart(word: string): string {
  return word.replace(/^(\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}+(?!\p{L})|\p{Lu})/u, (start) => start.toLowerCase())
}

function upperStart(word: string): string {
  return word.replace(/^\p{L}/u, (letter) => letter.toUpperCase())
}
