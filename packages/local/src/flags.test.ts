import { describe, expect, it } from "vitest"
import { parseFlags, usage } from "./flags.ts"

describe("flags", () => {
  it("may be left out", () => {
    expect(parseFlags([])).toEqual({
      help: false,
      port: undefined,
      data: undefined,
      import: undefined,
      tour: false,
      json: false,
      requests: 500,
    })
  })

  it("are read", () => {
    expect(parseFlags(["--port", "5000", "--data", "x"])).toMatchObject({ port: 5000, data: "x" })
    expect(parseFlags(["--tour", "--json"])).toMatchObject({ tour: true, json: true, requests: 500 })
    expect(parseFlags(["--tour", "--requests", "0"])).toMatchObject({ tour: true, requests: 0 })
  })

  it("have a line of help each", () => {
    expect(parseFlags(["--help", "--tour"])).toMatchObject({ help: true, tour: false })
    for (const flag of [
      "--port N",
      "--data DIR",
      "--import FILE",
      "--tour",
      "--requests N",
      "--json",
      "--help",
    ])
      expect(usage).toMatch(new RegExp(`^  ${flag} {3,}\\S`, "m"))
  })

  const refused: readonly (readonly [string, string[], string])[] = [
    ["an unknown one", ["--prot", "1"], "Unknown option '--prot'"],
    ["a port that is no number", ["--port", "http"], "--port http: expected a number from 1 to 65528"],
    ["a port out of range", ["--port", "70000"], "--port 70000: expected a number from 1 to 65528"],
    ["a port in another notation", ["--port", "0x50"], "--port 0x50: expected a number from 1 to 65528"],
    ["a port that is blank", ["--port", " "], "--port  : expected a number from 1 to 65528"],
    ["a port without its number", ["--port"], "--port <value>"],
    ["an empty directory name", ["--data", ""], "--data: expected a directory"],
    ["--requests without --tour", ["--requests", "5"], "--requests: expected together with --tour"],
    [
      "requests that are no number",
      ["--tour", "--requests", "many"],
      "--requests many: expected a number from 0",
    ],
    ["too many requests", ["--tour", "--requests", "100001"], "expected a number from 0 to 100000"],
    ["--json without --tour", ["--json"], "--json: expected together with --tour"],
    ["--tour with a port", ["--tour", "--port", "1"], "--tour: expected without --port, --data and --import"],
    ["a word", ["start"], "Unexpected argument 'start'"],
  ]
  it.each(refused)("are refused: %s", (_, args, message) => {
    expect(() => parseFlags(args)).toThrow(message)
  })
})
