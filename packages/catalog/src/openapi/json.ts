/** What JSON.parse does not tell: it keeps the last of two equal keys, and says nothing. */

/** Offset of the first key that stands in its object already, or undefined; `text` must be valid JSON. */
export function repeatedKey(text: string): number | undefined {
  const open: Set<string>[] = []
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === "{" || character === "[") open.push(new Set())
    else if (character === "}" || character === "]") open.pop()
    else if (character === '"') {
      const end = endOfString(text, i)
      if (isKey(text, end)) {
        const keys = open.at(-1)
        const key = keyIn(text, i, end)
        if (keys?.has(key)) return i
        keys?.add(key)
      }
      i = end - 1
    }
  }
  return undefined
}

/** Offset behind the quote that ends the string at `start`. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); ; quote = text.indexOf('"', quote + 1)) {
    let escapes = quote
    while (text[escapes - 1] === "\\") escapes--
    if ((quote - escapes) % 2 === 0) return quote + 1
  }
}

/** Whether a string that ends before `end` is a key: only a colon can follow one. */
function isKey(text: string, end: number): boolean {
  let i = end
  while (text[i] === " " || text[i] === "\n" || text[i] === "\r" || text[i] === "\t") i++
  return text[i] === ":"
}

/** The key between two quotes; `"a"` and `"\u0061"` are the same one. */
function keyIn(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1)
  return raw.includes("\\") ? String(JSON.parse(`"${raw}"`)) : raw
}
