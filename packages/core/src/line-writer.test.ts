import { PassThrough } from "node:stream"
import { expect, it } from "vitest"
import { createLineWriter } from "./line-writer.ts"

it("writes lines as they are", () => {
  const stream = new PassThrough()
  const write = createLineWriter(stream)
  write("one\n")
  write("two\n")
  expect(String(stream.read())).toBe("one\ntwo\n")
})

it("goes on where the stream's other end was closed: nobody else would hear of it", () => {
  const stream = new PassThrough()
  const write = createLineWriter(stream)
  expect(stream.emit("error", new Error("EPIPE"))).toBe(true)
  expect(() => write("three\n")).not.toThrow()
})
