/** The 64 characters that claims are written in, in the order of their values (RFC 4648 §5). */
export const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

const values: Int8Array = new Int8Array(128).fill(-1)
for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i

/** The value of the character at `i`, or -1 where it is none of the 64 (also behind the text's end). */
export function digitAt(text: string, i: number): number {
  const code = text.charCodeAt(i)
  return code < 128 ? (values[code] ?? -1) : -1
}

/** Writes the `count` lowest 6-bit digits of `value`, most significant first. */
export function formatDigits(value: number, count: number): string {
  let text = ""
  for (let shift = 6 * (count - 1); shift >= 0; shift -= 6) text += alphabet.charAt((value >>> shift) & 63)
  return text
}
