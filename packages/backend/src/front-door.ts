/** Through which door requests come. A function is configured with one; it is never inferred from an event. */
import type { TokenRules } from "./caller/token-claims.ts"

/** How requests are authorized. */
export type Strategy = "cached" | "claims" | "backend" | "hybrid"

/** Whose events arrive: an HTTP API sends payload 2.0, a REST API payload 1.0. */
export type Gateway = "http-api" | "rest-api"

/**
 * A strategy and a gateway that go together. Under `backend` the gateway has only looked at the token's signature and
 * times, so which tokens count is for this function to say.
 */
export type FrontDoor =
  | { readonly strategy: "hybrid"; readonly gateway: "http-api" }
  | { readonly strategy: "claims"; readonly gateway: Gateway }
  | { readonly strategy: "cached"; readonly gateway: "rest-api" }
  | { readonly strategy: "backend"; readonly gateway: Gateway; readonly tokens: TokenRules }

/** The door as a deployment names it: `claims-rest` is `claims` behind a REST API, which `cached` always is. */
export function doorName({ strategy, gateway }: FrontDoor): string {
  return gateway === "rest-api" && strategy !== "cached" ? `${strategy}-rest` : strategy
}
