/** The one mixing function behind fingerprints and checks: tells states apart by accident, keeps nobody out. */

/** Spreads every input bit over all 32 output bits (MurmurHash3's 32-bit finalizer). */
export function mix(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Chains a text onto a 32-bit state. */
export function mixText(state: number, text: string): number {
  let h = state
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) ^ (h >>> 15)
  return mix(h ^ text.length)
}
