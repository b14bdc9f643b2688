/** Path parameters by name, typed from the route's own text: `{id}` is `params.id`, `{path+}` is `params.path`. */
import { ClaimgateError, isGreedy, isParameter, type RouteText } from "@claimgate/core"

/** The parameters of `GET /api/devices/{id}/files/{path+}`: `{ id: string; path: string }`. */
export type ParamsOf<Text extends RouteText> = { readonly [Name in NameIn<Text>]: string }

type NameIn<Path extends string> = Path extends `${infer Segment}/${infer Rest}`
  ? NameOf<Segment> | NameIn<Rest>
  : NameOf<Path>

type NameOf<Segment extends string> = Segment extends `{${infer Name}+}`
  ? Name
  : Segment extends `{${infer Name}}`
    ? Name
    : never

/**
 * Makes the reader for a route's path: from the canonical path of a request to the decoded values, by position. A
 * greedy parameter keeps its `/` between segments, which no decoded segment can hold. The reader throws `not_found`
 * where a single segment is longer than any id here, or any key of a table, could be.
 */
export function paramReader(routePath: string): (path: string) => Record<string, string> {
  const parameters = routePath
    .split("/")
    .map((segment, index) => ({ segment, index }))
    .filter(({ segment }) => isParameter(segment))
    .map(({ segment, index }) => ({
      index,
      name: segment.slice(1, isGreedy(segment) ? -2 : -1),
      end: isGreedy(segment) ? undefined : index + 1,
    }))
  return (path) => {
    const segments = path.split("/")
    return Object.fromEntries(
      parameters.map(({ name, index, end }) => {
        const value = segments.slice(index, end).map(decodeURIComponent).join("/")
        if (end !== undefined && value.length > longestValue)
          throw new ClaimgateError(
            "not_found",
            `path: parameter \`${name}\`: expected at most ${longestValue} characters`,
          )
        return [name, value]
      }),
    )
  }
}

const longestValue = 256
