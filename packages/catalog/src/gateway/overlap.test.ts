import { describe, expect, it } from "vitest"
import { overlap } from "./overlap.ts"

const rows: readonly (readonly [one: string, other: string, both: boolean])[] = [
  ["/", "/", true],
  ["/", "/a", false],
  ["/", "/{a}", false],
  ["/", "/{a+}", false],
  ["/a", "/a", true],
  ["/a", "/b", false],
  ["/a", "/A", false],
  ["/a", "/{id}", true],
  ["/{id}", "/{name}", true],
  ["/a/{id}", "/{any}/b", true],
  ["/a/b", "/{any}/c", false],
  ["/a", "/a/b", false],
  ["/{id}", "/{id}/b", false],
  ["/{rest+}", "/a", true],
  ["/{rest+}", "/a/b/c", true],
  ["/a/{rest+}", "/a", false],
  ["/a/{rest+}", "/a/b/c", true],
  ["/a/{rest+}", "/b/{rest+}", false],
  ["/{any}/{rest+}", "/a/b/{id}", true],
  ["/a/{rest+}", "/{any}/b/c", true],
]

describe("two route paths", () => {
  it.each(rows)("%s and %s fit one request: %s", (one, other, both) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([both, both])
  })
})
