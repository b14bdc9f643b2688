/** Smallest value that at least this share of all is not above; NaN where there is none. Nearest rank, no interpolation. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** How many of them there are in every thousand, to one decimal. */
export function perThousand(count: number, of: number): number {
  return of === 0 ? 0 : Math.round((count / of) * 10_000) / 10
}
