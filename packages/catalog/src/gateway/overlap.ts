/** Whether two routes want the same requests. */
import { isGreedy, isParameter } from "@claimgate/core"

/** Whether some request path fits both route paths. */
export function overlap(one: string, other: string): boolean {
  return segmentsOverlap(segmentsOf(one), segmentsOf(other))
}

/** The segments of a route's path; none for `/`. */
export function segmentsOf(path: string): readonly string[] {
  return path === "/" ? [] : path.slice(1).split("/")
}

function segmentsOverlap(one: readonly string[], other: readonly string[]): boolean {
  const [[a, ...restOfOne], [b, ...restOfOther]] = [one, other]
  if (a === undefined || b === undefined) return a === b
  if (isGreedy(a) || isGreedy(b)) return true
  return (a === b || isParameter(a) || isParameter(b)) && segmentsOverlap(restOfOne, restOfOther)
}
