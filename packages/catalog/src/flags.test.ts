import { describe, expect, test } from "vitest"
import { help, parseFlags } from "./flags.ts"

const from = { task: "from", from: "a.yaml", out: undefined, force: false, base: "", skipUnroutable: false }

test.each<[string, string[], object]>([
  ["none", [], { task: "update" }],
  ["--check", ["--check"], { task: "check" }],
  ["--help", ["--help"], { task: "help" }],
  ["--help beside others", ["--check", "--help"], { task: "help" }],
  ["--from", ["--from", "a.yaml"], from],
  ["--from=", ["--from=a.yaml"], from],
  ["a file", ["--from", "a.yaml", "--out", "b.ts"], { ...from, out: "b.ts" }],
  [
    "a file to replace",
    ["--from", "a.yaml", "--out", "b.ts", "--force"],
    { ...from, out: "b.ts", force: true },
  ],
  ["a base path", ["--from", "a.yaml", "--base", "/v1/{tenant}"], { ...from, base: "/v1/{tenant}" }],
  ["a base path of nothing", ["--from", "a.yaml", "--base", "/"], from],
  ["leaving out", ["--from", "a.yaml", "--skip-unroutable"], { ...from, skipUnroutable: true }],
])("understood: %s", (_, args, task) => {
  expect(parseFlags(args)).toEqual(task)
})

describe("refused:", () => {
  test.each<[string, string[], string]>([
    ["an unknown flag", ["--chekc"], "Unknown option '--chekc'"],
    ["a word", ["check"], "Unexpected argument 'check'"],
    ["a flag without its value", ["--from"], "--from"],
    ["a switch with a value", ["--check=yes"], "--check"],
    ["--check with --from", ["--check", "--from", "a"], "--check: expected without --from"],
    ["--out alone", ["--out", "a"], "expected together with --from"],
    ["--base alone", ["--base", "/v1"], "expected together with --from"],
    ["--base / alone", ["--base", "/"], "expected together with --from"],
    ["--force alone", ["--force"], "expected together with --from"],
    ["--skip-unroutable alone", ["--check", "--skip-unroutable"], "expected together with --from"],
    ["--force without --out", ["--from", "a", "--force"], "--force: expected together with --out"],
    ["no file to read", ["--from", ""], "--from: expected a file"],
    ["no file to write", ["--from", "a", "--out", ""], "--out: expected a file"],
    ["a base path without `/`", ["--from", "a", "--base", "v1"], "--base v1: expected a path such as /v1"],
    ["a base path that ends with `/`", ["--from", "a", "--base", "/v1/"], "--base /v1/: expected a path"],
    ["a greedy base path", ["--from", "a", "--base", "/{x+}"], "--base /{x+}: expected a path"],
    ["a base path with a query", ["--from", "a", "--base", "/v1?x"], "--base /v1?x: expected a path"],
    ["a URL as base path", ["--from", "a", "--base", "https://a/v1"], "expected a path"],
  ])("%s", (_, args, message) => {
    expect(() => parseFlags(args)).toThrow(expect.objectContaining({ code: "malformed_input" }))
    expect(() => parseFlags(args)).toThrow(message)
    expect(() => parseFlags(args)).toThrow("\nusage: npm run catalog [-- ")
  })
})

test("the help names every flag, and what to do after a merge conflict", () => {
  for (const flag of ["--check", "--from", "--out", "--force", "--base", "--skip-unroutable"])
    expect(help).toContain(`\n  ${flag}`)
  expect(help).toContain("git checkout --theirs packages/catalog/catalog.lock")
})
