import { failures } from "./failure.ts"

/** One page of a list, and the token that fetches the next one. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/**
 * Cuts a page out of a list whose items are in the order of their numbers. The token names the number of
 * the last item shown, so items that come or go between two pages neither repeat nor hide others.
 */
export function page<T>(
  items: readonly T[],
  numberOf: (item: T) => number,
  limit: number,
  token: string | undefined,
): Page<T> {
  const after = token === undefined ? Number.NEGATIVE_INFINITY : parseToken(token)
  const rest = items.filter((item) => numberOf(item) > after)
  const shown = rest.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown,
    next: last !== undefined && rest.length > limit ? formatToken(numberOf(last)) : undefined,
  }
}

function formatToken(number: number): string {
  return Buffer.from(`after:${number}`).toString("base64url")
}

function parseToken(token: string): number {
  const match = /^after:(\d+)$/.exec(Buffer.from(token, "base64url").toString())
  if (match === null) throw failures.invalidParameter("Invalid pagination token.")
  return Number(match[1])
}
