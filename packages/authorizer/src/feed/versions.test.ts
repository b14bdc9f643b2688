import { describe, expect, it } from "vitest"
import { createVersions } from "./versions.ts"

describe("versions", () => {
  it("only rise", () => {
    const versions = createVersions(2)
    expect([versions.raise("ann", 2, 1), versions.raise("ann", 2, 1), versions.raise("ann", 1, 1)]).toEqual([
      true,
      false,
      false,
    ])
    expect([versions.of("ann"), versions.of("bob")]).toEqual([2, 0])
  })

  it("are all kept while there is room", () => {
    const versions = createVersions(2)
    versions.raise("ann", 1, 1)
    versions.raise("bob", 1, 2)
    expect([versions.trim(), versions.of("ann")]).toEqual([undefined, 1])
  })

  it("of those that changed longest ago make room, not of those that came first", () => {
    const versions = createVersions(2)
    versions.raise("ann", 1, 1)
    versions.raise("bob", 1, 2)
    versions.raise("ann", 2, 3)
    versions.raise("eve", 1, 4)
    expect(versions.trim()).toBe(3)
    expect(["ann", "bob", "eve"].map((name) => versions.of(name))).toEqual([2, 0, 1])
  })

  it("say by when all that was forgotten was there, also where a later change was read first", () => {
    const versions = createVersions(1)
    versions.raise("ann", 1, 9)
    versions.raise("bob", 1, 5)
    expect(versions.trim()).toBe(9)
  })
})
