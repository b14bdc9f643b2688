/**
 * The ways by which a request comes: what the gateway makes of it, which route it takes it to be, and the events that its
 * authorizer and its integration get. The spelling of the path is the stand-ins' reading of what AWS does.
 */
import { type Catalog, methods } from "@claimgate/core"
import type { Authorize } from "../../../authorizer/src/authorize.ts"
import { createHttpAuthorizer } from "../../../authorizer/src/http.ts"
import { createRestAuthorizer } from "../../../authorizer/src/rest.ts"
import type { Deployment } from "../../../local/src/gateway/exchange.ts"
import { evaluatePolicy } from "../../../local/src/gateway/iam-policy.ts"
import { chooseForHttpApi, chooseForRestApi } from "../../../local/src/gateway/route-choice.ts"
import { pathInHttpApi, placeInRestApi } from "../../../local/src/gateway/stage-path.ts"
import { doors } from "../doors.ts"
import { httpEvent, restEvent } from "../event.ts"

/** A request as it was sent; `any` chooses where a gateway may do as it likes. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly any: number
}

/** What a gateway made of it. */
export interface Arrival {
  /** As both functions get it: decoded by an HTTP API, as sent from a REST API. */
  readonly path: string
  /** Asks the authorizer; the context that it left, or undefined where it let nobody through. */
  readonly authorize: () => Promise<Readonly<Record<string, unknown>> | undefined>
  /** The integration's event with the context, if an authorizer has left one. */
  readonly event: (context: Readonly<Record<string, unknown>> | undefined) => unknown
}

export interface Road {
  readonly door: (typeof doors)["claims"] | (typeof doors)["claims-rest"]
  /** Undefined where the gateway itself answers: it has no such route. */
  readonly arrive: (sent: Sent) => Arrival | undefined
}

/** What a gateway says the route is: the one that it would choose, one for all, or any at all. */
export type Choice = "its own" | "one for all" | "any"

type Chooser = (method: string, path: string, any: number) => string | undefined

/** A road to functions whose authorizer is that. */
export type CreateRoad = (catalog: Catalog, authorize: Authorize) => Road

export const roads: Readonly<Record<string, CreateRoad>> = {
  "an HTTP API with its routes": httpRoad("its own"),
  "an HTTP API with `$default`": httpRoad("one for all"),
  "an HTTP API that takes any route for any path": httpRoad("any"),
  "a REST API with its resources": restRoad("its own", "resource"),
  "a REST API with `{proxy+}`": restRoad("one for all", "path"),
  "a REST API with `{proxy+}` and a TOKEN authorizer": restRoad("one for all", "TOKEN"),
  "a REST API that takes any resource for any path": restRoad("any", "resource"),
}

const requestId = "request-1"
const sourceOf = (authorization: string | undefined) => (authorization === undefined ? {} : { authorization })

const httpStage: Deployment = {
  id: "abc123",
  stage: "$default",
  region: "eu-west-1",
  accountId: "123456789012",
  domainName: "",
  stageVariables: {},
}

function httpRoad(choice: Choice): CreateRoad {
  return (catalog, authorize) => {
    const ask = createHttpAuthorizer(authorize)
    const choose = chooser(catalog, choice, "$default", chooseForHttpApi)
    return {
      door: doors.claims,
      arrive({ method, path, authorization, any }) {
        const rawPath = pathInHttpApi(path, httpStage)
        const routeKey = rawPath === undefined ? undefined : choose(method, rawPath, any)
        if (rawPath === undefined || routeKey === undefined) return undefined
        const headers = sourceOf(authorization)
        const http = { method, path: rawPath }
        const asked = { version: "2.0", routeKey, rawPath, headers, requestContext: { requestId, http } }
        return {
          path: rawPath,
          async authorize() {
            const answer = await ask(asked).catch(notUnauthorized)
            return answer?.isAuthorized ? answer.context : undefined
          },
          event: (context) => ({
            ...httpEvent({ request: `${method} /` }, context && { lambda: context }),
            rawPath,
          }),
        }
      },
    }
  }
}

function restRoad(choice: Choice, form: "path" | "resource" | "TOKEN"): CreateRoad {
  return (catalog, authorize) => {
    const ask = createRestAuthorizer(authorize, form === "TOKEN" ? "path" : form)
    const choose = chooser(catalog, choice, "ANY /{proxy+}", chooseForRestApi)
    return {
      door: doors["claims-rest"],
      arrive({ method, path: sent, authorization, any }) {
        // A REST API has resources for these alone, whatever it is told of `ANY`.
        if (!(methods as readonly string[]).includes(method)) return undefined
        const path = placeInRestApi(`/prod${sent}`, { ...httpStage, stage: "prod" })?.path
        const routeKey = path === undefined ? undefined : choose(method, path, any)
        if (path === undefined || routeKey === undefined) return undefined
        const methodArn = `arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/${method}${path}`
        const resource = routeKey.slice(routeKey.indexOf(" ") + 1)
        const request = {
          type: "REQUEST",
          ...{ methodArn, resource, path, httpMethod: method, headers: sourceOf(authorization) },
          requestContext: { requestId, resourcePath: resource },
        }
        const asked =
          form === "TOKEN"
            ? { type: "TOKEN", methodArn, authorizationToken: authorization ?? "none" }
            : request
        return {
          path,
          async authorize() {
            const answer = await ask(asked).catch(notUnauthorized)
            if (answer === undefined) return undefined
            const verdict = evaluatePolicy(answer.policyDocument, "execute-api:Invoke", methodArn)
            return verdict === "allow" ? { principalId: answer.principalId, ...answer.context } : undefined
          },
          event: (context) => ({ ...restEvent({ request: `${method} /` }, context), path }),
        }
      },
    }
  }
}

/** A refusal is the one error that authorizers have for a gateway; every other one is a fault of this test. */
function notUnauthorized(fault: unknown): undefined {
  if (fault instanceof Error && fault.message === "Unauthorized") return undefined
  throw fault
}

function chooser({ routes }: Catalog, choice: Choice, one: string, create: typeof chooseForHttpApi): Chooser {
  const keys = routes.map(({ method, path }) => `${method} ${path}`)
  const choose = create(keys.map((routeKey) => ({ routeKey })))
  switch (choice) {
    case "its own":
      return (method, path) => choose(method, path)?.route.routeKey
    case "one for all":
      return () => one
    case "any":
      return (method, path, any) => {
        const own = choose(method, path)?.route.routeKey
        const sameMethod = keys.filter((key) => key.startsWith(`${method} `))
        return any % 2 === 0 && own !== undefined ? own : sameMethod[any % Math.max(1, sameMethod.length)]
      }
  }
}
