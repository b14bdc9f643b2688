import { channel } from "node:diagnostics_channel"
import { describe, expect, it } from "vitest"
import { createIssuer } from "../../packages/authorizer/test/issuer.ts"
import { lineChannel } from "../../packages/local/src/lambda/line-channel.ts"
import { secretsIn } from "./secrets.ts"
import { takeStray, takeWritten, watchConsole, watchStream } from "./written.ts"

const token = createIssuer(() => Date.now()).token()
const signature = "0123456789abcdef".repeat(4)

describe("is found", () => {
  it.each([
    ["a token", `decision for ${token}`],
    ["a token", token.split(".").slice(0, 2).join(".")],
    ["a bearer token", "Authorization: Bearer abcdefghijklmnopqrstuvwxyz"],
    ["a private key", "-----BEGIN RSA PRIVATE KEY-----"],
    ["a private key", `{"kty":"RSA","d":"${signature}"}`],
    ["an access key of AWS", "AKIAABCDEFGHIJKLMNOP"],
    ["a secret by its name", '{"clientSecret":"x"}'],
    ["a signature for AWS", `Signature=${signature}`],
    ["a password", "signed in with Local-ann-1"],
  ])("%s", (what, text) => expect(secretsIn(text)).toContain(what))
})

it("a decision as it is logged holds none", () => {
  const line = {
    event: "decision",
    subject: "6f1c2c3e-0001-4000-8000-00000000aaaa",
    because: "bad_signature",
  }
  expect(secretsIn(JSON.stringify(line))).toEqual([])
})

describe("everything that a test file writes is kept for the end", () => {
  it("what goes to a stream or to a console, which is stray", () => {
    const stream = { write: () => true } as unknown as NodeJS.WriteStream
    watchStream(stream)
    stream.write("to a stream\n")
    const none = () => undefined
    const quiet = { debug: none, info: none, log: none, warn: none, error: none, trace: none }
    watchConsole(quiet)
    for (const write of Object.values<(...values: unknown[]) => void>(quiet)) write("line %d", 1)
    expect(takeStray()).toEqual(["to a stream\n", ...Array.from({ length: 6 }, () => "line 1")])
    takeWritten()
  })
  it("what a function of the local stack writes, which is not", () => {
    channel(lineChannel).publish(`a line with ${token}`)
    expect(takeWritten().flatMap(secretsIn)).toEqual(["a token"])
    expect(takeStray()).toEqual([])
  })
})

it("the streams and the console of this very process are watched", () => {
  expect([process.stdout, process.stderr].map(({ write }) => write.name)).toEqual(["watched", "watched"])
})
