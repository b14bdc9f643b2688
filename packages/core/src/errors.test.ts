import { describe, expect, test } from "vitest"
import { ClaimgateError, quote } from "./errors.ts"

describe("a quoted input", () => {
  test.each([
    ["is in backticks", "GET /a", "`GET /a`"],
    ["may be empty", "", "``"],
    ["keeps letters of any script", "café 日本 😀", "`café 日本 😀`"],
    ["cannot close its quotes", "a`b", "`a\\u{60}b`"],
    ["cannot break the line", "a\r\nb", "`a\\u{d}\\u{a}b`"],
    ["cannot break it in other ways", "a\u0085\u2028\u2029b", "`a\\u{85}\\u{2028}\\u{2029}b`"],
    ["cannot speak to a terminal", "\u001b[2J", "`\\u{1b}[2J`"],
    ["cannot turn the text around", "a\u202eb", "`a\\u{202e}b`"],
    ["cannot hide text", "a\u200b\ufeffb", "`a\\u{200b}\\u{feff}b`"],
    ["shows lone surrogates", "\ud800", "`\\u{d800}`"],
    ["has 120 characters", "a".repeat(120), `\`${"a".repeat(120)}\``],
    ["has no more", "a".repeat(121), `\`${"a".repeat(120)}…\``],
    ["is not cut into half a character", `${"a".repeat(119)}😀`, `\`${"a".repeat(119)}\\u{d83d}…\``],
  ])("%s", (_, input, quoted) => {
    expect(quote(input)).toBe(quoted)
  })
})

test("a fault has a stable code, a message, and its cause", () => {
  const cause = new Error("down")
  const fault = new ClaimgateError("dependency_failed", "store: expected an answer", { cause })
  expect(fault).toBeInstanceOf(Error)
  expect(fault).toMatchObject({
    name: "ClaimgateError",
    code: "dependency_failed",
    message: "store: expected an answer",
    cause,
  })
})
