import { expect, test } from "vitest"
import { formatCsv } from "./csv.ts"

const rows: readonly [string, string][] = [
  ["plain", '"plain"'],
  ["", '""'],
  ['say "hi"', '"say ""hi"""'],
  ["a,b", '"a,b"'],
  ["a\r\nb", '"a\r\nb"'],
  ["=1+1", `"'=1+1"`],
  ["+49 30", `"'+49 30"`],
  ["-1", `"'-1"`],
  ["@SUM(A1)", `"'@SUM(A1)"`],
  ["\t=1", `"'\t=1"`],
  ["  =1", `"'  =1"`],
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ["＝1+1", `"'＝1+1"`],
  ["a=1", '"a=1"'],
]
test.each(rows)("%j is %j", (text, cell) => {
  expect(formatCsv(["text"], [{ text }])).toBe(`"text"\r\n${cell}\r\n`)
})
