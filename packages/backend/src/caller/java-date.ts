/** Times as a REST API's Cognito authorizer writes them: `Thu Jan 01 12:05:00 UTC 2026`, Java's `Date.toString`. */

const shape = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) UTC ([1-9]\d{3})$/
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/** Seconds since 1970; undefined for text that no time is written as: another zone, a wrong weekday, February 30. */
export function parseJavaDate(value: unknown): number | undefined {
  const [, month = "", day, time, year] = typeof value === "string" ? (shape.exec(value) ?? []) : []
  const number = String(months.indexOf(month) + 1).padStart(2, "0")
  const seconds = Date.parse(`${year}-${number}-${day}T${time}Z`) / 1000
  // A date that does not exist is another one to some parsers: only the one spelling of a moment counts.
  return Number.isInteger(seconds) && formatJavaDate(seconds) === value ? seconds : undefined
}

/** Writes seconds since 1970, at most those of the year 9999. */
export function formatJavaDate(seconds: number): string {
  const [weekday = "", day, month, year, time] = new Date(seconds * 1000).toUTCString().split(" ")
  return `${weekday.slice(0, 3)} ${month} ${day} ${time} UTC ${year}`
}
