/** Answers in few words, for the table, and what a check reads in them. */
import { headerOf, type RawAnswer } from "./raw-answer.ts"

/** The members of problem details (RFC 9457) that Claimgate's own answers have. */
export interface Problem {
  readonly code?: string
  readonly reason?: string
  readonly detail?: string
  readonly instance?: string
}

/** The body as an object; one without members where it is none. */
export function jsonOf({ body }: RawAnswer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body)
    // Any object can be read by name; its values stay unknown.
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** The problem that a body is, whoever wrote it; without members where it is none. */
export function problemOf(answer: RawAnswer): Problem {
  const { code, reason, detail, instance } = jsonOf(answer)
  return { ...textOnly({ code, reason, detail, instance }) }
}

/** Whether the backend wrote it, which it says in `nosniff`. */
export function isFromBackend(answer: RawAnswer): boolean {
  return headerOf(answer, "x-content-type-options") === "nosniff"
}

const longestBody = 90

/** `403 {"message":"Forbidden"}`; a problem is its code, reason and detail. */
export function describeAnswer(answer: RawAnswer): string {
  if (answer.status === 0) return "no answer"
  const { code, reason, detail } = problemOf(answer)
  const said = code === undefined ? answer.body : [code, reason, detail].filter(Boolean).join(", ")
  const line = said.replace(/\s+/g, " ").trim()
  return `${answer.status} ${line.length > longestBody ? `${line.slice(0, longestBody)}…` : line}`.trim()
}

function textOnly(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  )
}
