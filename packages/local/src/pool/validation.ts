import type { z } from "zod"
import { CognitoFailure, failures } from "./failure.ts"

type Issue = z.core.$ZodIssue

/** Members whose values an error may repeat: they are no secret and name nobody. */
const REPEATABLE = new Set(
  "userPoolId authFlow challengeName limit maxResults messageAction groupName precedence filter".split(" "),
)

/**
 * Reads a request's body by several schemas at once and returns what each made of it. A member of the wrong
 * JSON type is a `SerializationException`, as the service fails before it looks at values; everything else
 * is one `InvalidParameterException` that lists every violated constraint in the service's words.
 */
export function parseInput<const S extends readonly z.ZodType[]>(
  body: unknown,
  schemas: S,
): { [Index in keyof S]: z.output<S[Index]> } {
  const results = schemas.map((schema) => schema.safeParse(body, { reportInput: true }))
  const issues = results.flatMap(({ error }) => error?.issues ?? [])
  if (issues.length > 0) throw failureOf(issues)
  // No issue means that every schema has its own output, in the order in which they were given.
  return results.map(({ data }) => data) as { [Index in keyof S]: z.output<S[Index]> }
}

function failureOf(issues: readonly Issue[]): CognitoFailure {
  const wrongType = issues.find(isWrongType)
  if (wrongType !== undefined)
    return new CognitoFailure(
      "SerializationException",
      `${kindOf(wrongType.input)} can not be converted to ${typeOf(wrongType)}`,
    )
  const count = issues.length === 1 ? "1 validation error" : `${issues.length} validation errors`
  return failures.invalidParameter(`${count} detected: ${issues.map(describe).join("; ")}`)
}

function isWrongType({ code, input }: Issue): boolean {
  if (input === undefined) return false
  return code === "invalid_type" || (code === "invalid_value" && typeof input !== "string")
}

function describe(issue: Issue): string {
  const path = issue.path.map(formatStep).join(".")
  const missing = issue.input === undefined
  const value = REPEATABLE.has(path)
    ? `Value ${missing ? "null" : `'${String(issue.input)}'`} at`
    : "Value at"
  const constraint = missing ? "Member must not be null" : issue.message
  return `${value} '${path}' failed to satisfy constraint: ${constraint}`
}

/** The service's own spelling of a member: `userAttributes.1.member.name`. */
function formatStep(step: PropertyKey): string {
  if (typeof step === "number") return `${step + 1}.member`
  const name = String(step)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function kindOf(input: unknown): string {
  if (Array.isArray(input)) return "START_ARRAY"
  if (typeof input === "object") return "START_OBJECT"
  return `${(typeof input).toUpperCase()}_VALUE`
}

function typeOf(issue: Issue): string {
  const named: Readonly<Record<string, string>> = {
    array: "a List",
    boolean: "a Boolean",
    int: "an Integer",
    number: "an Integer",
    record: "a Map",
    string: "a String",
  }
  return named[issue.code === "invalid_type" ? issue.expected : "string"] ?? "a Structure"
}
