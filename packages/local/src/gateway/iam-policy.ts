/**
 * IAM policies as API Gateway evaluates the ones that an authorizer returns: no principal, one action, one resource.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
import { ClaimgateError } from "@claimgate/core"
import { isJsonObject, type JsonObject } from "./json-object.ts"

/** What a policy says; `implicit_deny` is its silence. */
export type PolicyVerdict = "allow" | "explicit_deny" | "implicit_deny"

/** The longest Resource that a policy may name, in characters. [D] */
export const longestResource = 512

interface Statement {
  readonly effect: "Allow" | "Deny"
  readonly actions: Matcher
  readonly resources: Matcher
}

type Matcher = (value: string) => boolean

/**
 * What the policy says about that action on that resource: an explicit deny wins, then an allow, else nobody said
 * yes. Throws a `ClaimgateError` (`malformed_input`) on a policy that is not one: the gateway answers 500 to it.
 *
 * `Condition`, `Principal` and policy variables (`${…}`) are not imitated: a policy that uses them is refused as
 * malformed here, never read as if they were not there.
 */
export function evaluatePolicy(policyDocument: unknown, action: string, resourceArn: string): PolicyVerdict {
  const spoken = parsePolicy(policyDocument)
    .filter((statement) => statement.actions(action.toLowerCase()) && statement.resources(resourceArn))
    .map((statement) => statement.effect)
  if (spoken.includes("Deny")) return "explicit_deny"
  return spoken.includes("Allow") ? "allow" : "implicit_deny"
}

const knownElements = new Set(["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"])
const knownVersions = new Set<unknown>(["2012-10-17", "2008-10-17"])

function parsePolicy(document: unknown): Statement[] {
  if (!isJsonObject(document)) throw malformed("expected an object with `Statement`")
  if (document.Version !== undefined && !knownVersions.has(document.Version))
    throw malformed("expected `Version` to be `2012-10-17`")
  const statements = [document.Statement].flat()
  if (statements.length === 0 || statements[0] === undefined) throw malformed("expected a `Statement`")
  return statements.map(parseStatement)
}

function parseStatement(statement: unknown, index: number): Statement {
  const where = `statement ${index + 1}`
  if (!isJsonObject(statement)) throw malformed(`${where}: expected an object`)
  const unknown = Object.keys(statement).find((element) => !knownElements.has(element))
  if (unknown !== undefined) throw malformed(`${where}: \`${unknown}\` is not understood`)
  const { Effect } = statement
  if (Effect !== "Allow" && Effect !== "Deny")
    throw malformed(`${where}: expected \`Effect\` to be \`Allow\` or \`Deny\``)
  return {
    effect: Effect,
    actions: parseElement(statement, "Action", where),
    resources: parseElement(statement, "Resource", where),
  }
}

/** `Action` or `NotAction`, `Resource` or `NotResource`: exactly one of the two must be there. */
function parseElement(statement: JsonObject, element: "Action" | "Resource", where: string): Matcher {
  const positive = statement[element]
  const negative = statement[`Not${element}`]
  if ((positive === undefined) === (negative === undefined))
    throw malformed(`${where}: expected either \`${element}\` or \`Not${element}\``)
  const patterns = parsePatterns(positive ?? negative, element, where)
  const listed: Matcher = (value) => patterns.some((pattern) => matchesWildcards(pattern, value))
  return negative === undefined ? listed : (value) => !listed(value)
}

function parsePatterns(value: unknown, element: "Action" | "Resource", where: string): string[] {
  const patterns = [value].flat()
  if (patterns.length === 0) throw malformed(`${where}: expected \`${element}\` to name something`)
  return patterns.map((pattern) => {
    if (typeof pattern !== "string" || pattern === "")
      throw malformed(`${where}: expected \`${element}\` to be text or a list of text`)
    if (pattern.length > longestResource)
      throw malformed(`${where}: expected \`${element}\` to have at most ${longestResource} characters`)
    if (pattern.includes("${")) throw malformed(`${where}: policy variables are not understood`)
    // Actions are compared without case, resources as they are spelled. [D]
    return element === "Action" ? pattern.toLowerCase() : pattern
  })
}

/**
 * True where the pattern covers the whole value: `*` any run of characters, `/` and `:` too, `?` exactly one. [D]
 * Takes time proportional to both lengths multiplied, at worst: no backtracking into the exponential.
 */
export function matchesWildcards(pattern: string, value: string): boolean {
  let at = 0
  let inPattern = 0
  let star = -1
  let resume = 0
  while (at < value.length) {
    if (pattern[inPattern] === "*") {
      star = inPattern++
      resume = at
    } else if (pattern[inPattern] === "?" || pattern[inPattern] === value[at]) {
      inPattern++
      at++
    } else if (star >= 0) {
      inPattern = star + 1
      at = ++resume
    } else return false
  }
  while (pattern[inPattern] === "*") inPattern++
  return inPattern === pattern.length
}

function malformed(message: string): ClaimgateError {
  return new ClaimgateError("malformed_input", `policy: ${message}`)
}
