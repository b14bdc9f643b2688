import fc from "fast-check"
import { expect, test } from "vitest"
import { formatJavaDate, parseJavaDate } from "./java-date.ts"

test.each([
  ["Thu Jan 01 00:00:01 UTC 1970", 1],
  ["Thu Jan 01 12:05:00 UTC 2026", 1_767_269_100],
  ["Tue Feb 20 19:27:06 UTC 2018", 1_519_154_826],
  ["Thu Feb 29 23:59:59 UTC 2024", 1_709_251_199],
  ["Fri Dec 31 23:59:59 UTC 9999", 253_402_300_799],
])("%s is %i", (text, seconds) => {
  expect(parseJavaDate(text)).toBe(seconds)
})

const refused: readonly [string, unknown][] = [
  ["nothing", undefined],
  ["a number", 1_767_269_100],
  ["a number as text", "1767269100"],
  ["an empty text", ""],
  ["another form of date", "2026-01-01T12:05:00Z"],
  ["the form of HTTP", "Thu, 01 Jan 2026 12:05:00 GMT"],
  ["JavaScript's form", "Thu Jan 01 2026 12:05:00 GMT+0000"],
  ["another zone", "Thu Jan 01 12:05:00 PST 2026"],
  ["no zone", "Thu Jan 01 12:05:00 2026"],
  ["a wrong weekday", "Fri Jan 01 12:05:00 UTC 2026"],
  ["a day that does not exist", "Mon Feb 30 12:05:00 UTC 2026"],
  ["February 29 of a common year", "Sun Feb 29 12:05:00 UTC 2026"],
  ["a month that does not exist", "Thu Foo 01 12:05:00 UTC 2026"],
  ["a month in another case", "Thu JAN 01 12:05:00 UTC 2026"],
  ["a day of one digit", "Thu Jan 1 12:05:00 UTC 2026"],
  ["a day after a space", "Thu Jan  1 12:05:00 UTC 2026"],
  ["an hour that does not exist", "Thu Jan 01 24:00:00 UTC 2026"],
  ["a leap second", "Sat Dec 31 23:59:60 UTC 2016"],
  ["a year of five digits", "Fri Jan 01 12:05:00 UTC 12026"],
  ["a space before it", " Thu Jan 01 12:05:00 UTC 2026"],
  ["a line break behind it", "Thu Jan 01 12:05:00 UTC 2026\n"],
  ["a list", ["Thu Jan 01 12:05:00 UTC 2026"]],
]
test.each(refused)("%s is no time", (_, value) => {
  expect(parseJavaDate(value)).toBeUndefined()
})

test("every second has one spelling", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      expect(parseJavaDate(formatJavaDate(seconds))).toBe(seconds)
    }),
  )
})
