import { describe, expect, it } from "vitest"
import { checkTtl, createAuthorizerCache } from "./authorizer-cache.ts"

function cacheAt(start: number, limit?: number) {
  const clock = { time: start }
  return { clock, cache: createAuthorizerCache<string>(() => clock.time, limit) }
}

describe("the result cache", () => {
  it("gives an answer back until its time to live is over, to the millisecond", () => {
    const { clock, cache } = cacheAt(1_000)
    cache.write("main", ["token"], "yes", 60)
    clock.time += 59_999
    expect(cache.read("main", ["token"])).toBe("yes")
    clock.time += 1
    expect(cache.read("main", ["token"])).toBeUndefined()
  })

  it("does not prolong an answer's life by giving it", () => {
    const { clock, cache } = cacheAt(0)
    cache.write("main", ["token"], "yes", 60)
    clock.time = 40_000
    cache.read("main", ["token"])
    clock.time = 60_000
    expect(cache.read("main", ["token"])).toBeUndefined()
  })

  it("forgets an answer from the future: the clock went backwards", () => {
    const { clock, cache } = cacheAt(100_000)
    cache.write("main", ["token"], "yes", 60)
    clock.time = 99_999
    expect(cache.read("main", ["token"])).toBeUndefined()
  })

  it.each([
    ["another authorizer", "other", ["a", "b"]],
    ["another value", "main", ["a", "c"]],
    ["the values the other way round", "main", ["b", "a"]],
    ["one value less", "main", ["a"]],
    ["values that only look alike when joined", "main", ["a,b"]],
    ["values that hold quotes", "main", ['a","b']],
  ])("keeps apart what differs in %s", (_, authorizer, identity) => {
    const { cache } = cacheAt(0)
    cache.write("main", ["a", "b"], "yes", 60)
    expect(cache.read(authorizer, identity)).toBeUndefined()
  })

  it("keeps nothing for a time to live of 0", () => {
    const { cache } = cacheAt(0)
    cache.write("main", ["token"], "yes", 0)
    expect(cache.read("main", ["token"])).toBeUndefined()
  })

  it("lets the answer go that was not used for longest, where there are too many", () => {
    const { cache } = cacheAt(0, 2)
    cache.write("main", ["first"], "1", 60)
    cache.write("main", ["second"], "2", 60)
    cache.read("main", ["first"])
    cache.write("main", ["third"], "3", 60)
    expect(cache.read("main", ["second"])).toBeUndefined()
    expect(cache.read("main", ["first"])).toBe("1")
  })

  it("can be emptied", () => {
    const { cache } = cacheAt(0)
    cache.write("main", ["token"], "yes", 60)
    cache.clear()
    expect(cache.read("main", ["token"])).toBeUndefined()
  })
})

describe("a time to live", () => {
  it.each([0, 1, 3600])("of %d seconds is fine", (ttl) => {
    expect(() => checkTtl(ttl, 1, "authorizer `main`")).not.toThrow()
  })

  it.each([-1, 3601, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("of %d seconds is refused", (ttl) => {
    expect(() => checkTtl(ttl, 1, "authorizer `main`")).toThrow("authorizer `main`: expected a time to live")
  })

  it("needs an identity source, but for 0", () => {
    expect(() => checkTtl(1, 0, "authorizer `main`")).toThrow("expected an identity source")
    expect(() => checkTtl(0, 0, "authorizer `main`")).not.toThrow()
  })
})
