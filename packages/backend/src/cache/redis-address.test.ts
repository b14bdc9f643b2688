import { ClaimgateError } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { parseRedisAddress } from "./redis-address.ts"

const plain = { port: 6379, tls: false, username: undefined, password: undefined, database: 0 }

describe("REDIS_URL", () => {
  it.each([
    ["redis://cache", { ...plain, host: "cache" }],
    ["redis://cache/", { ...plain, host: "cache" }],
    ["redis://cache:6380/3", { ...plain, host: "cache", port: 6380, database: 3 }],
    ["rediss://a.b.cache.amazonaws.com", { ...plain, host: "a.b.cache.amazonaws.com", tls: true }],
    ["redis://[::1]:6379", { ...plain, host: "::1" }],
    ["redis://:p%40ss%2Fw@10.0.0.1", { ...plain, host: "10.0.0.1", password: "p@ss/w" }],
    [
      "rediss://app:secret@cache",
      { ...plain, host: "cache", tls: true, username: "app", password: "secret" },
    ],
  ])("%s names a server", (text, address) => {
    expect(parseRedisAddress(text)).toEqual(address)
  })

  const secret = "hunter2"
  it.each<[string | undefined, string]>([
    [undefined, "is missing"],
    ["", "is empty"],
    ["cache:6379", "has no scheme"],
    [`https://:${secret}@cache`, "is of another scheme"],
    [`redis://:${secret}@`, "has no host"],
    [`redis://:${secret}@cache:port`, "has a port that is no number"],
    [`redis://:${secret}@cache:0`, "has port 0"],
    [`redis://:${secret}@cache/main`, "has a database that is no number"],
    [`redis://:${secret}@cache/1/2`, "has more than a database"],
    [`redis://:${secret}@cache?family=6`, "has options, which would be ignored"],
    [`redis://:${secret}%zz@cache`, "is badly encoded"],
  ])("%s is refused without a word of it: it %s", (text) => {
    const parse = () => parseRedisAddress(text)
    expect(parse).toThrow(ClaimgateError)
    expect(parse).toThrow(expect.objectContaining({ code: "malformed_configuration" }))
    expect(parse).not.toThrow(expect.objectContaining({ cause: expect.anything() }))
    expect(parse).not.toThrow(secret)
  })
})
