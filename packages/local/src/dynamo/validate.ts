import { checks, type DynaliteOperation, type Input, type Rules, rulesOf, type Store } from "./dynalite.ts"
import { serviceError } from "./service-error.ts"

/** `ReturnValuesOnConditionCheckFailure`, which dynalite does not know, as its checks want it described. */
export const returnOnFailure = { type: "String", enum: ["ALL_OLD", "NONE"] }

const conditional: ReadonlySet<string> = new Set(["PutItem", "UpdateItem", "DeleteItem"])

/** Dynalite's rules for an operation, and the parameter that it lacks. */
export function rulesFor(operation: DynaliteOperation): Rules {
  const rules = rulesOf(operation)
  if (!conditional.has(operation)) return rules
  return { ...rules, types: { ...rules.types, ReturnValuesOnConditionCheckFailure: returnOnFailure } }
}

/**
 * Checks a request's body against rules, in the service's order: structure and types (SerializationException),
 * then constraints, then rules across parameters (ValidationException). Unknown parameters are dropped.
 */
export function validate(body: object, rules: Rules, store: Store): Input {
  refuseDeepNesting(body)
  const input = checks.checkTypes(body, rules.types)
  refuseNulls(input)
  checks.checkValidations(input, rules.types, rules.custom, store)
  return input
}

/** A null parameter is an absent one and is gone by now; what is left are nulls in lists and maps, which dynalite trips over. */
function refuseNulls(value: unknown): void {
  if (value === null)
    throw serviceError(
      "ValidationException",
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    )
  if (typeof value === "object") for (const child of Object.values(value)) refuseNulls(child)
}

/** An attribute's value may be 32 levels deep, itself counted; a level is an object, a map or list one more around it. */
const deepestValue = 2 * 31

function refuseDeepNesting(body: object): void {
  if (nestedBeyond(body, envelopeOf(body) + deepestValue))
    throw serviceError(
      "ValidationException",
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
    )
}

/** How deep an attribute's value lies in the body, by the shape of the request. */
function envelopeOf(body: object): number {
  if ("RequestItems" in body) return 7
  return "TransactItems" in body ? 6 : 3
}

/** Stops at the limit, so that no body can exhaust the stack. */
function nestedBeyond(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false
  if (levels === 0) return !Array.isArray(value) || value.some((child) => typeof child === "object")
  return Object.values(value).some((child) => nestedBeyond(child, levels - 1))
}
