/**
 * What a Lambda authorizer may answer. Anything else is malformed: the gateway says 500 and remembers nothing. [D]
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
import { ClaimgateError } from "@claimgate/core"
import { isJsonObject } from "./json-object.ts"

/** What an authorizer tells the integration. */
export type AuthorizerContext = Readonly<Record<string, unknown>>

/** An answer that was understood: a verdict, or a policy that still has to be read for each request. */
export type AuthorizerAnswer =
  | { readonly kind: "simple"; readonly isAuthorized: boolean; readonly context: AuthorizerContext | null }
  | {
      readonly kind: "policy"
      readonly principalId: string
      readonly policyDocument: unknown
      readonly context: AuthorizerContext | null
    }

/** How an authorizer was configured to answer; `flat` is an IAM policy whose context REST API flattens. */
export type AnswerForm = "simple" | "iam" | "flat"

/** Reads an answer; throws a `ClaimgateError` (`malformed_input`) that says what is wrong with it. */
export function parseAuthorizerAnswer(payload: unknown, form: AnswerForm): AuthorizerAnswer {
  if (!isJsonObject(payload)) throw malformed("expected an object")
  const context = parseContext(payload.context, form)
  if (form === "simple") {
    // INVARIANT: `"true"`, 1 and null are no booleans; truthiness must never let anybody in.
    if (typeof payload.isAuthorized !== "boolean") throw malformed("expected `isAuthorized` to be a boolean")
    return { kind: "simple", isAuthorized: payload.isAuthorized, context }
  }
  const { principalId, policyDocument } = payload
  if (typeof principalId !== "string" || principalId === "")
    throw malformed("expected `principalId` to be text")
  return { kind: "policy", principalId, policyDocument, context }
}

/** HTTP API hands any JSON on; REST API takes text, numbers and booleans, and turns them into text. [D] */
function parseContext(context: unknown, form: AnswerForm): AuthorizerContext | null {
  if (context === undefined || context === null) return null
  if (!isJsonObject(context)) throw malformed("expected `context` to be an object")
  return form === "flat" ? flatten(context) : context
}

function flatten(context: AuthorizerContext): AuthorizerContext {
  if ("claims" in context) throw malformed("expected no `claims` in `context`, the name is reserved")
  return Object.fromEntries(
    Object.entries(context).map(([name, value]) => {
      if (value === null) return [name, null]
      if (!flatTypes.has(typeof value)) throw malformed("expected text, numbers and booleans in `context`")
      return [name, String(value)]
    }),
  )
}

const flatTypes = new Set(["string", "number", "boolean"])

function malformed(message: string): ClaimgateError {
  return new ClaimgateError("malformed_input", `authorizer's answer: ${message}`)
}
