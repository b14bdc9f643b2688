import { expect, it } from "vitest"
import { ClaimgateError } from "./errors.ts"
import { describeFault } from "./fault.ts"

const named = (name: string, message: string, options?: ErrorOptions) =>
  Object.assign(new Error(message, options), { name })

const denied = named(
  "AccessDeniedException",
  "User: arn:aws:sts::123456789012:assumed-role/Backend is not authorized to perform: dynamodb:GetItem",
)
const html = "<!doctype html><title>Sign in to the proxy</title>"
const unparsed = (): unknown => {
  try {
    return JSON.parse(html)
  } catch (fault) {
    return fault
  }
}
const endless = new ClaimgateError("internal", "round")
endless.cause = named("Loop", "and round", { cause: endless })

const own = (message: string, cause?: unknown) => new ClaimgateError("dependency_failed", message, { cause })

const rows: readonly (readonly [what: string, fault: unknown, said: string])[] = [
  ["a message of ours, whole", own("table `Permissions`: throttled"), "table `Permissions`: throttled"],
  ["the name of AWS's error, and not whom it denied", denied, "AccessDeniedException"],
  ["the name of a parser's error, and not what it read", unparsed(), "SyntaxError"],
  [
    "our message, and the cause by its name",
    own("keys cannot be read", unparsed()),
    "keys cannot be read: SyntaxError",
  ],
  ["our message, and the cause that is ours, too", own("keys", own("expected one")), "keys: expected one"],
  [
    "a foreign name, and our message behind it",
    named("ElectroError", html, { cause: own("late") }),
    "ElectroError: late",
  ],
  [
    "a cause once, where our message names it",
    own("table: `AccessDeniedException`", denied),
    "table: `AccessDeniedException`",
  ],
  ["a message once, where ours repeats it", own("member: bad item", own("bad item")), "member: bad item"],
  ["no more than what there is in a circle", endless, "round: Loop"],
  ["the type of text that was thrown", html, "string"],
  ["the type of an object that was thrown", { message: html }, "object"],
  ["the type of nothing", undefined, "undefined"],
]
it.each(rows)("says %s", (_, fault, said) => {
  expect(describeFault(fault)).toBe(said)
})

it("names five causes at most", () => {
  let fault: Error | undefined
  for (const name of ["G", "F", "E", "D", "C", "B", "A"]) fault = named(name, html, { cause: fault })
  expect(describeFault(fault)).toBe("A: B: C: D: E")
})
