/**
 * The path rule: which request paths are looked at at all. A path that two programs may read differently is
 * refused before anybody is asked for a permission, so that the authorizer and the backend can never disagree
 * on what was asked for. Sources: RFC 3986 §3.3 (pchar), §6.2.2 (one canonical spelling), RFC 3629 (UTF-8).
 */

/** Longest path that is looked at, in characters. */
export const maxPathLength = 4096

const other = 0
const plain = 1
const slash = 2

/** What each ASCII character may be in a path: unreserved, sub-delims, `:` and `@` are plain text. */
const classes: Uint8Array = classify()

function classify(): Uint8Array {
  const table = new Uint8Array(128)
  const text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@"
  for (let i = 0; i < text.length; i++) table[text.charCodeAt(i)] = plain
  table[0x2f] = slash
  return table
}

/**
 * Tells whether a percent-encoded path is in its one canonical spelling: it starts with `/`, has at most 4,096
 * characters, and every segment is non-empty RFC 3986 pchar text; no dot segment (also before `;` or an encoded
 * space), no invalid or overlong encoding, no encoded control, `/`, `\`, `?`, `#` or unreserved character, no
 * double encoding. `/` alone is a path without segments.
 */
export function isCanonicalPath(path: string): boolean {
  if (!startsPath(path)) return false
  return path.length === 1 || endOfRest(path, 1) === path.length
}

/** The part of the path rule that is about the whole path: its first character and its length. */
export function startsPath(path: string): boolean {
  return path.length <= maxPathLength && path.charCodeAt(0) === 0x2f
}

/** The end of the segment that starts at `start` (the next `/`, or the path's end), or -1 where the rule refuses it. */
export function endOfSegment(path: string, start: number): number {
  const length = path.length
  let i = start
  if (path.charCodeAt(i) === 0x2e && isDotSegment(path, i)) return -1
  while (i < length) {
    const code = path.charCodeAt(i)
    const kind = code < 128 ? classes[code] : other
    if (kind === plain) i++
    else if (kind === slash) break
    else {
      i = endOfEncoded(path, i)
      if (i < 0) return -1
    }
  }
  return i === start ? -1 : i
}

/** The path's end where the rule accepts every segment from the one at `start` on, or -1. */
export function endOfRest(path: string, start: number): number {
  for (let i = start; ; i++) {
    i = endOfSegment(path, i)
    if (i < 0 || i === path.length) return i
  }
}

/** `.` or `..` up to the segment's end, a `;` or an encoded space: what others resolve, or cut off and then resolve. */
function isDotSegment(path: string, start: number): boolean {
  let i = start + 1
  if (path.charCodeAt(i) === 0x2e) i++
  if (i >= path.length) return true
  const code = path.charCodeAt(i)
  if (code === 0x2f || code === 0x3b) return true
  const byte = encodedByte(path, i)
  return byte === 0x20 || byte === 0x3b
}

/** The offset behind the encoded character at `i`, or -1 where there is none that a canonical path may hold. */
function endOfEncoded(path: string, i: number): number {
  const byte = encodedByte(path, i)
  // No encoding at all is -1, and so below the controls' end.
  if (byte < 0x20 || byte === 0x7f) return -1
  if (byte >= 0x80) return endOfUtf8(path, i, byte)
  // `/`, `\`, `?` and `#` would move a boundary when somebody decodes them; `?` and `#` cut the path off.
  if (byte === 0x2f || byte === 0x5c || byte === 0x3f || byte === 0x23) return -1
  if (isUnreserved(byte)) return -1
  // A `%` whose next two characters are hex digits would become an encoding of its own when decoded.
  if (byte === 0x25 && hexDigit(path, i + 3) >= 0 && hexDigit(path, i + 4) >= 0) return -1
  return i + 3
}

/** RFC 3629 §4: the offset behind a well-formed multi-byte character that is no C1 control, or -1. */
function endOfUtf8(path: string, i: number, lead: number): number {
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
  if (length === 0) return -1
  const second = encodedByte(path, i + 3)
  if (second < lowestSecond(lead) || second > highestSecond(lead)) return -1
  for (let k = 2; k < length; k++) {
    const next = encodedByte(path, i + 3 * k)
    if (next < 0x80 || next > 0xbf) return -1
  }
  return i + 3 * length
}

/** No overlong forms, and no U+0080 to U+009F. */
function lowestSecond(lead: number): number {
  return lead === 0xc2 || lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
}

/** No surrogates, and nothing above U+10FFFF. */
function highestSecond(lead: number): number {
  return lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
}

/** The byte that is encoded at `i`, or -1 where none is. */
function encodedByte(path: string, i: number): number {
  if (path.charCodeAt(i) !== 0x25) return -1
  const high = hexDigit(path, i + 1)
  const low = hexDigit(path, i + 2)
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function hexDigit(text: string, i: number): number {
  const code = text.charCodeAt(i)
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

function isUnreserved(byte: number): boolean {
  const letter = byte | 0x20
  if (letter >= 0x61 && letter <= 0x7a) return true
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x2e || byte === 0x5f || byte === 0x7e
}

/**
 * Gives a decoded path (HTTP API's `rawPath`) its canonical percent-encoded spelling, for the same rule to judge.
 * A lone surrogate and U+FFFD, the trace of bytes that were no UTF-8, come out as `%FF`, which the rule refuses.
 */
export function encodePath(decoded: string): string {
  return decoded.replace(notPathText, encodeCharacter)
}

/** By whole characters, so that a pair of surrogates is one and a lone one is seen. */
const notPathText = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/gu

function encodeCharacter(character: string): string {
  const code = character.codePointAt(0)!
  if (code === 0xfffd || (code >= 0xd800 && code <= 0xdfff)) return "%FF"
  if (code < 0x80) return encodeByte(code)
  if (code < 0x800) return encodeByte(0xc0 | (code >> 6)) + continuation(code)
  if (code < 0x10000) return encodeByte(0xe0 | (code >> 12)) + continuation(code >> 6) + continuation(code)
  return (
    encodeByte(0xf0 | (code >> 18)) + continuation(code >> 12) + continuation(code >> 6) + continuation(code)
  )
}

function continuation(bits: number): string {
  return encodeByte(0x80 | (bits & 0x3f))
}

function encodeByte(byte: number): string {
  return `%${byte < 16 ? "0" : ""}${byte.toString(16).toUpperCase()}`
}
