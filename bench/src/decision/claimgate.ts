/** Ours, in two cuts, and of both the path rule alone. */
import { decide, decodeClaim, hasRoute, isCanonicalPath, type RouteSet } from "@claimgate/core"
import { matchRoute } from "../../../packages/core/src/match.ts"
import type { Contender, Held } from "./contender.ts"

export const whole = "claimgate: decide"
export const matchAndBit = "claimgate: match and bit test"
export const pathRule = "(its path rule alone)"

export const claimgate: readonly Contender[] = [
  {
    name: whole,
    build:
      ({ catalog, packed }) =>
      (method, path) => {
        const claim = decodeClaim(catalog, packed)
        return decide(catalog, claim.ok ? claim.routes : undefined, method, path).allowed
      },
  },
  {
    name: matchAndBit,
    build(held) {
      const { trie } = held.catalog
      const routes = readClaim(held)
      return (method, path) => {
        const route = matchRoute(trie, method, path)
        return route >= 0 && hasRoute(routes, route)
      }
    },
  },
]

/** Not a contender: whether the rule lets a path through at all, to show where the time of the others goes. */
export function passesRule(_method: string, path: string): boolean {
  return isCanonicalPath(path)
}

function readClaim({ catalog, packed }: Held): RouteSet {
  const claim = decodeClaim(catalog, packed)
  if (!claim.ok) throw new Error(`claim: ${claim.because}`)
  return claim.routes
}
