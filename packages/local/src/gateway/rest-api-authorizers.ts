/** The authorizers of a REST API: how they are configured, and which gateway response each outcome is. */
import { ClaimgateError, quote } from "@claimgate/core"
import type { LambdaFunction } from "../function.ts"
import { checkTtl } from "./authorizer-cache.ts"
import { createCognitoAuthorizer } from "./cognito-authorizer.ts"
import {
  type AuthorizerContextV1,
  buildRequestAuthorizerEvent,
  buildTokenAuthorizerEvent,
} from "./event-v1.ts"
import type { Exchange } from "./exchange.ts"
import { type AuthorizerReport, type GateDeps, notAsked, type Passage } from "./gateway.ts"
import type { GatewayError } from "./gateway-response.ts"
import { parseRestApiSource, readIdentity } from "./identity-source.ts"
import {
  type Authorization,
  createLambdaAuthorizer,
  type LambdaAuthorizer,
  refused,
  type Verdict,
} from "./lambda-authorizer.ts"
import { createPublishedKeys } from "./published-keys.ts"
import { cacheUse } from "./request-log.ts"
import { accessDenied, authorizerFailed, unauthorized } from "./rest-errors.ts"

/** An authorizer that sees one header, and whose answers are kept under that header's value alone. [D] */
export interface RestTokenAuthorizer {
  readonly kind: "TOKEN"
  readonly function: LambdaFunction
  /** `method.request.header.Authorization` where it is left out. */
  readonly identitySource?: string
  /** A regular expression; a token that it does not find itself in is a 401. */
  readonly validation?: string
  /** 300 where it is left out. */
  readonly ttlSeconds?: number
}

/** An authorizer that sees the whole request. */
export interface RestRequestAuthorizer {
  readonly kind: "REQUEST"
  readonly function: LambdaFunction
  readonly identitySources: readonly string[]
  /** 300 where it is left out. */
  readonly ttlSeconds?: number
}

/** A check that the gateway makes itself. */
export interface RestCognitoAuthorizer {
  readonly kind: "COGNITO_USER_POOLS"
  readonly pools: readonly { readonly issuer: string; readonly jwksUri: string }[]
  /** `method.request.header.Authorization` where it is left out. */
  readonly identitySource?: string
}

/** The three kinds of authorizers that a REST API can have. */
export type RestAuthorizer = RestTokenAuthorizer | RestRequestAuthorizer | RestCognitoAuthorizer

/** An authorizer's word on a request of a REST API. */
export type RestPassage = Passage<AuthorizerContextV1, GatewayError>

/** What stands before a method that has an authorizer. */
export type RestGate = (exchange: Exchange, methodScopes: readonly string[]) => Promise<RestPassage>

const defaultTtlSeconds = 300
const defaultSource = "method.request.header.Authorization"

/** Builds the gate that stands before the methods of an authorizer; refuses what AWS would not deploy. */
export function createRestGate(name: string, config: RestAuthorizer, deps: GateDeps): RestGate {
  switch (config.kind) {
    case "TOKEN":
      return tokenGate(name, config, deps)
    case "REQUEST":
      return requestGate(name, config, deps)
    case "COGNITO_USER_POOLS":
      return cognitoGate(config, deps)
  }
}

function tokenGate(name: string, config: RestTokenAuthorizer, deps: GateDeps): RestGate {
  const { identitySource = defaultSource, validation, ttlSeconds = defaultTtlSeconds } = config
  const source = parseRestApiSource(identitySource)
  const form = validation === undefined ? undefined : parsePattern(validation, name)
  const authorize = lambdaAuthorizer(name, config.function, ttlSeconds, 1, deps)
  return async (exchange) => {
    const token = source(exchange)
    // Found anywhere in the token, as the anchors in AWS's own examples suggest: [U].
    if (token === undefined || form?.test(token) === false)
      return passageOf(refused.verdict, reportOf(refused, ttlSeconds))
    const authorization = await authorize(exchange, [token], () => buildTokenAuthorizerEvent(exchange, token))
    return passageOf(authorization.verdict, reportOf(authorization, ttlSeconds))
  }
}

function requestGate(name: string, config: RestRequestAuthorizer, deps: GateDeps): RestGate {
  const { identitySources, ttlSeconds = defaultTtlSeconds } = config
  const sources = identitySources.map(parseRestApiSource)
  const authorize = lambdaAuthorizer(name, config.function, ttlSeconds, sources.length, deps)
  return async (exchange) => {
    const authorization = await authorize(exchange, readIdentity(sources, exchange), () =>
      buildRequestAuthorizerEvent(exchange),
    )
    return passageOf(authorization.verdict, reportOf(authorization, ttlSeconds))
  }
}

function lambdaAuthorizer(
  name: string,
  lambda: LambdaFunction,
  ttlSeconds: number,
  sources: number,
  { limits, cache }: GateDeps,
): LambdaAuthorizer {
  checkTtl(ttlSeconds, sources, `authorizer ${quote(name)}`)
  return createLambdaAuthorizer(
    { name, function: lambda, form: "flat", ttlSeconds, patience: limits.authorizerMilliseconds },
    cache,
  )
}

function cognitoGate(config: RestCognitoAuthorizer, { now, limits }: GateDeps): RestGate {
  const pools = config.pools.map(({ issuer, jwksUri }) => ({
    issuer,
    keys: createPublishedKeys(jwksUri, now, limits),
  }))
  const authorize = createCognitoAuthorizer(parseRestApiSource(config.identitySource ?? defaultSource), pools)
  return async (exchange, methodScopes) => {
    const start = performance.now()
    const outcome = await authorize(exchange, methodScopes)
    const milliseconds = performance.now() - start
    if (outcome.kind === "allow")
      return {
        allowed: true,
        context: { claims: outcome.claims },
        report: { ...notAsked, use: "gateway", milliseconds },
      }
    const report: AuthorizerReport = { ...notAsked, use: "refused", milliseconds }
    return { allowed: false, answer: unauthorized, why: outcome.why, report }
  }
}

function passageOf(verdict: Verdict, report: AuthorizerReport): RestPassage {
  switch (verdict.kind) {
    case "allow": {
      const { principalId, context } = verdict
      const integrationLatency = Math.round(report.milliseconds)
      return { allowed: true, context: { ...context, principalId, integrationLatency }, report }
    }
    case "deny":
      return { allowed: false, answer: accessDenied(verdict.explicit), why: "denied", report }
    case "unauthorized":
      return { allowed: false, answer: unauthorized, why: "unauthorized", report }
    case "failure":
      return { allowed: false, answer: authorizerFailed, why: verdict.why, report }
  }
}

function reportOf({ verdict: _, ...done }: Authorization, ttlSeconds: number): AuthorizerReport {
  return { ...done, cache: cacheUse(done.use, ttlSeconds) }
}

function parsePattern(pattern: string, name: string): RegExp {
  try {
    return new RegExp(pattern)
  } catch (cause) {
    throw new ClaimgateError(
      "malformed_configuration",
      `authorizer ${quote(name)}: expected a regular expression, got ${quote(pattern)}`,
      { cause },
    )
  }
}
