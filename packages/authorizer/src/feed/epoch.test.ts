import { describe, expect, it } from "vitest"
import { parseEpoch } from "./epoch.ts"

describe("an epoch", () => {
  it("names the versions of the generation, the member and each role in order", () => {
    expect(parseEpoch("editor,reader", "2.7.1.30")).toEqual({
      generation: 2,
      member: 7,
      roles: [
        ["editor", 1],
        ["reader", 30],
      ],
    })
  })

  it("of a guest has no role", () => {
    expect(parseEpoch("guest", "0.0")).toEqual({ generation: 0, member: 0, roles: [] })
  })

  const unreadable: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ["missing", "guest", undefined],
    ["empty", "guest", ""],
    ["without its roles", undefined, "0.1"],
    ["with empty roles", "", "0.1"],
    ["of a generation alone", "guest", "0"],
    ["with fewer versions than roles", "editor,reader", "0.1.1"],
    ["with more versions than roles", "reader", "0.1.1.1"],
    ["with a version for a guest", "guest", "0.1.1"],
    ["with an empty role", "reader,", "0.1.1.1"],
    ["with an empty version", "reader", "0..1"],
    ["that ends in a dot", "guest", "0.1."],
    ["that is negative", "guest", "0.-1"],
    ["that is no whole number", "guest", "0.1e3"],
    ["spelled with a leading zero", "guest", "0.01"],
    ["larger than a number can be told exactly", "guest", "0.9007199254740993"],
    ["with a blank", "guest", "0.1 "],
    ["of other digits", "guest", "0.١"],
    ["on two lines", "guest", "0.1\n"],
  ]
  it.each(unreadable)("%s is unreadable", (_, role, epoch) => {
    expect(parseEpoch(role, epoch)).toBeUndefined()
  })
})
