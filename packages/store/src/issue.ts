/** What zod found, in the words that Claimgate's messages use. */
import { quote } from "@claimgate/core"
import type * as z from "zod"

/** Describes the first thing that is wrong, in one line: ``field `roles.0`: expected string``. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0]
  if (issue === undefined) return "expected something else"
  const place = issue.path.length === 0 ? "" : `field ${quote(issue.path.join("."))}: `
  switch (issue.code) {
    case "unrecognized_keys":
      return `${place}unknown field ${issue.keys.map(quote).join(", ")}`
    case "invalid_type":
      return `${place}expected ${issue.expected}`
    case "invalid_value":
      return `${place}expected ${issue.values.map((value) => quote(String(value))).join(" or ")}`
    case "too_small":
      return `${place}expected at least ${issue.minimum}`
    default:
      return `${place}${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`
  }
}
