/** One Lambda authorizer of one API: asks the cache, then the function, and judges the answer by the request's ARN. */
import type { LambdaFunction } from "../function.ts"
import { readsOfAuthorizer } from "../store-reads.ts"
import {
  type AnswerForm,
  type AuthorizerAnswer,
  type AuthorizerContext,
  parseAuthorizerAnswer,
} from "./authorizer-answer.ts"
import type { AuthorizerCache } from "./authorizer-cache.ts"
import { arnOf, type Exchange } from "./exchange.ts"
import { evaluatePolicy } from "./iam-policy.ts"
import { callFunction } from "./lambda-call.ts"

/** How the gateway came by its verdict; `gateway` is a token that it checked itself. */
export type AuthorizerUse = "called" | "cached" | "gateway" | "none" | "refused"

/** What an authorizer's answer means for one request. */
export type Verdict =
  | {
      readonly kind: "allow"
      readonly principalId: string | null
      readonly context: AuthorizerContext | null
    }
  | { readonly kind: "deny"; readonly explicit: boolean }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "failure"; readonly why: string }

/** A verdict and how it came about. */
export interface Authorization {
  readonly verdict: Verdict
  readonly use: AuthorizerUse
  /** How long the function took; 0 where it was not called. */
  readonly milliseconds: number
  /** What it asked DynamoDB for, in requests. */
  readonly storeReads: number
}

/** One authorizer, with everything that it leaves out filled in. */
export interface LambdaAuthorizerConfig {
  /** What its answers are cached under, beside the identity. */
  readonly name: string
  readonly function: LambdaFunction
  readonly form: AnswerForm
  readonly ttlSeconds: number
  readonly patience: number
}

/** Authorizes a request by its identity, which is undefined where a source is missing; `event` is built only if needed. */
export type LambdaAuthorizer = (
  exchange: Exchange,
  identity: readonly string[] | undefined,
  event: (identity: readonly string[]) => unknown,
) => Promise<Authorization>

/** Turned away before anybody was asked: an identity source is missing or empty, or the token has the wrong form. [D] */
export const refused: Authorization = {
  verdict: { kind: "unauthorized" },
  use: "refused",
  milliseconds: 0,
  storeReads: 0,
}

/** An authorizer over a cache that all authorizers of its API share. */
export function createLambdaAuthorizer(
  config: LambdaAuthorizerConfig,
  cache: AuthorizerCache<AuthorizerAnswer>,
): LambdaAuthorizer {
  return async (exchange, identity, event) => {
    if (identity === undefined) return refused
    const known = config.ttlSeconds > 0 ? cache.read(config.name, identity) : undefined
    if (known !== undefined)
      return { verdict: judge(known, exchange), use: "cached", milliseconds: 0, storeReads: 0 }
    const result = await callFunction(config.function, event(identity), config.patience)
    const called = {
      use: "called",
      milliseconds: result.milliseconds,
      storeReads: readsOfAuthorizer(result.dynamoRequests),
    } as const
    if (result.kind === "answer") {
      const verdict = accept(result.payload, config, exchange, (answer) =>
        cache.write(config.name, identity, answer, config.ttlSeconds),
      )
      return { verdict, ...called }
    }
    const why = result.kind === "timeout" ? "authorizer timed out" : "authorizer failed"
    const verdict: Verdict =
      result.kind === "error" && result.errorMessage === "Unauthorized"
        ? { kind: "unauthorized" }
        : { kind: "failure", why }
    return { verdict, ...called }
  }
}

/** INVARIANT: only an answer that was understood to the end is kept, so that a failure cannot stick. */
function accept(
  payload: unknown,
  config: LambdaAuthorizerConfig,
  exchange: Exchange,
  keep: (answer: AuthorizerAnswer) => void,
): Verdict {
  try {
    const answer = parseAuthorizerAnswer(payload, config.form)
    const verdict = judge(answer, exchange)
    keep(answer)
    return verdict
  } catch (error) {
    return { kind: "failure", why: error instanceof Error ? error.message : "malformed answer" }
  }
}

/** A simple answer holds for whatever asks under its key; a policy is read again for each request's own ARN. [D] */
function judge(answer: AuthorizerAnswer, exchange: Exchange): Verdict {
  if (answer.kind === "simple") {
    if (!answer.isAuthorized) return { kind: "deny", explicit: false }
    return { kind: "allow", principalId: null, context: answer.context }
  }
  const verdict = evaluatePolicy(answer.policyDocument, "execute-api:Invoke", arnOf(exchange))
  if (verdict !== "allow") return { kind: "deny", explicit: verdict === "explicit_deny" }
  return { kind: "allow", principalId: answer.principalId, context: answer.context }
}
