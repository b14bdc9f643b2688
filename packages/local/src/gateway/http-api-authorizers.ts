/** The authorizers of an HTTP API: how they are configured, and what each outcome looks like to a client. */
import { ClaimgateError, quote } from "@claimgate/core"
import type { LambdaFunction } from "../function.ts"
import { checkTtl } from "./authorizer-cache.ts"
import { buildAuthorizerEventV1OfHttpApi } from "./event-v1.ts"
import { type AuthorizerContextV2, buildAuthorizerEventV2 } from "./event-v2.ts"
import type { Exchange } from "./exchange.ts"
import { type AuthorizerReport, type GateDeps, notAsked, type Passage } from "./gateway.ts"
import { type HttpResponse, messageResponse } from "./http-message.ts"
import { parseHttpApiSource, readIdentity } from "./identity-source.ts"
import { createJwtAuthorizer } from "./jwt-authorizer.ts"
import { createLambdaAuthorizer, type Verdict } from "./lambda-authorizer.ts"
import { createPublishedKeys } from "./published-keys.ts"
import { cacheUse } from "./request-log.ts"

/** A REQUEST authorizer of an HTTP API. */
export interface HttpApiLambdaAuthorizer {
  readonly kind: "lambda"
  readonly function: LambdaFunction
  readonly identitySources: readonly string[]
  /** 0, which is the default, keeps no answers. */
  readonly ttlSeconds?: number
  readonly response: "simple" | "iam"
  /** 2.0 where it is left out; 1.0 answers with IAM policies only. */
  readonly payload?: "1.0" | "2.0"
}

/** A check that the gateway makes itself. */
export interface HttpApiJwtAuthorizer {
  readonly kind: "jwt"
  readonly issuer: string
  readonly audiences: readonly string[]
  /** Where the keys are; AWS finds it through the issuer's discovery document. */
  readonly jwksUri: string
  /** `$request.header.Authorization` where it is left out. */
  readonly identitySource?: string
}

/** The two kinds of authorizers that an HTTP API can have. */
export type HttpApiAuthorizer = HttpApiLambdaAuthorizer | HttpApiJwtAuthorizer

/** An authorizer's word on a request of an HTTP API. */
export type HttpApiPassage = Passage<AuthorizerContextV2, HttpResponse>

/** What stands before a route that has an authorizer. */
export type HttpApiGate = (exchange: Exchange, routeScopes: readonly string[]) => Promise<HttpApiPassage>

/** Builds the gate that stands before the routes of an authorizer; refuses what AWS would not deploy. */
export function createHttpApiGate(name: string, config: HttpApiAuthorizer, deps: GateDeps): HttpApiGate {
  return config.kind === "jwt" ? jwtGate(config, deps) : lambdaGate(name, config, deps)
}

function lambdaGate(name: string, config: HttpApiLambdaAuthorizer, deps: GateDeps): HttpApiGate {
  const { payload = "2.0", response, ttlSeconds = 0, identitySources } = config
  checkTtl(ttlSeconds, identitySources.length, `authorizer ${quote(name)}`)
  if (payload === "1.0" && response === "simple")
    throw new ClaimgateError(
      "malformed_configuration",
      `authorizer ${quote(name)}: expected payload format \`2.0\` with simple responses`,
    )
  const sources = identitySources.map(parseHttpApiSource)
  const build = payload === "1.0" ? buildAuthorizerEventV1OfHttpApi : buildAuthorizerEventV2
  const authorize = createLambdaAuthorizer(
    {
      name,
      function: config.function,
      form: response,
      ttlSeconds,
      patience: deps.limits.authorizerMilliseconds,
    },
    deps.cache,
  )
  return async (exchange) => {
    const { verdict, ...done } = await authorize(exchange, readIdentity(sources, exchange), (identity) =>
      build(exchange, identity),
    )
    return passageOf(verdict, { ...done, cache: cacheUse(done.use, ttlSeconds) })
  }
}

/** [D] for 401 before the call and 500; 403 and 401 after it are [U]. None of them has CORS headers: [U]. */
function passageOf(verdict: Verdict, report: AuthorizerReport): HttpApiPassage {
  switch (verdict.kind) {
    case "allow":
      return { allowed: true, context: { lambda: verdict.context }, report }
    case "deny":
      return { allowed: false, answer: messageResponse(403, "Forbidden"), why: "denied", report }
    case "unauthorized":
      return { allowed: false, answer: messageResponse(401, "Unauthorized"), why: "unauthorized", report }
    case "failure":
      return {
        allowed: false,
        answer: messageResponse(500, "Internal Server Error"),
        why: verdict.why,
        report,
      }
  }
}

function jwtGate(config: HttpApiJwtAuthorizer, { now, limits }: GateDeps): HttpApiGate {
  const { issuer, audiences, jwksUri, identitySource = "$request.header.Authorization" } = config
  const authorize = createJwtAuthorizer(
    { issuer, audiences, identitySource: parseHttpApiSource(identitySource) },
    createPublishedKeys(jwksUri, now, limits),
  )
  return async (exchange, routeScopes) => {
    const start = performance.now()
    const outcome = await authorize(exchange, routeScopes)
    const milliseconds = performance.now() - start
    if (outcome.kind === "allow") {
      const report: AuthorizerReport = { ...notAsked, use: "gateway", milliseconds }
      return { allowed: true, context: outcome.context, report }
    }
    const [status, message] = outcome.kind === "forbidden" ? [403, "Forbidden"] : [401, "Unauthorized"]
    return {
      allowed: false,
      answer: messageResponse(Number(status), String(message), [["www-authenticate", outcome.challenge]]),
      why: outcome.why,
      report: { ...notAsked, use: "refused", milliseconds },
    }
  }
}
