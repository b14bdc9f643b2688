/**
 * Deployments that look reasonable and are wrong: each is one guard short of a plan. What goes wrong with it is not
 * always that somebody gets in; an answer for another request may keep people out as well.
 */
import { planRestApi } from "@claimgate/catalog/gateway"
import { methodsOf, type Routes } from "@claimgate/core"
import type { Authorize } from "../../../authorizer/src/authorize.ts"
import type { Deploy, Deployment } from "./deployment.ts"
import type { Wrong } from "./judge.ts"

const token = "$request.header.Authorization"
const header = "method.request.header.Authorization"

function oneForEach(routes: Routes): Deployment["routes"] {
  return Object.values(routes).flatMap(({ method, path, access }) =>
    methodsOf(method).map((each) => ({ routeKey: `${each} ${path}`, authorized: access !== "public" })),
  )
}

/** Everything behind the proxy, but for the public routes themselves. */
function proxyBesidePublic(routes: Routes): Deployment["routes"] {
  return [
    ...oneForEach(routes).filter(({ authorized }) => !authorized),
    { routeKey: "ANY /{proxy+}", authorized: true },
    { routeKey: "ANY /", authorized: true },
  ]
}

/** One gateway route per path, for all of its methods; public paths left out. */
function oneForEachPath(routes: Routes): Deployment["routes"] {
  const paths = Object.values(routes).map(({ path }) => path)
  return [...new Set(paths)].map((path) => ({ routeKey: `ANY ${path}`, authorized: true }))
}

const http = (more: Partial<Deployment>, layout = oneForEach): Deploy => {
  return (routes) => ({
    gateway: "HTTP",
    authorizer: "REQUEST",
    routes: layout(routes),
    ttlSeconds: 300,
    identitySources: [token],
    policyResource: "path",
    ...more,
  })
}

const rest = (more: Partial<Deployment>, layout = oneForEach): Deploy => {
  return (routes) => ({ gateway: "REST", ...planRestApi(routes), routes: layout(routes), ...more })
}

/** The authorizer is not told that its answer will serve a whole route, or a whole proxy. */
const unaware =
  (authorize: Authorize): Authorize =>
  (request) =>
    authorize({ ...request, shared: false })

/** A bad path is answered as any other refusal is. */
const keepingBadPaths =
  (authorize: Authorize): Authorize =>
  async (request) => {
    const answer = await authorize(request)
    return answer.status === 401 && answer.because === "bad_path" ? { ...answer, status: 403 } : answer
  }

/** What is wrong, what it does to somebody, and how it is deployed. */
export const traps: readonly (readonly [name: string, does: Wrong["kind"], deploy: Deploy])[] = [
  ["HTTP API: a simple answer kept under the token alone", "lets in", http({})],
  ["HTTP API: and its refusal as well", "keeps out", http({})],
  ["HTTP API: kept under the route key alone", "lets in", http({ identitySources: ["$context.routeKey"] })],
  [
    "HTTP API: kept under the path, whatever the method",
    "lets in",
    http({ identitySources: [token, "$context.path"] }),
  ],
  [
    "HTTP API: `{proxy+}` kept under its route key",
    "lets in",
    http({ identitySources: [token, "$context.routeKey"], weaken: unaware }, proxyBesidePublic),
  ],
  [
    "HTTP API: `ANY` on each path kept under its route key",
    "lets in",
    http({ identitySources: [token, "$context.routeKey"], weaken: unaware }, oneForEachPath),
  ],
  [
    "HTTP API: `{proxy+}` kept under its route key, by an authorizer that knows",
    "keeps out",
    http({ identitySources: [token, "$context.routeKey"] }, proxyBesidePublic),
  ],
  [
    "HTTP API: a bad path's refusal kept under the route key",
    "keeps out",
    http({ identitySources: [token, "$context.routeKey"], weaken: keepingBadPaths }),
  ],
  [
    "HTTP API: a proxy beside public routes that take from others",
    "lets in",
    http({ ttlSeconds: 0 }, proxyBesidePublic),
  ],
  [
    "REST API: a TOKEN authorizer at AWS's own 300 seconds",
    "keeps out",
    rest({ authorizer: "TOKEN", policyResource: "path" }),
  ],
  [
    "REST API: the request's own ARN kept under the token alone",
    "keeps out",
    rest({ identitySources: [header], policyResource: "path" }),
  ],
  [
    "REST API: `*` crossing `/`, kept under the token alone",
    "lets in",
    rest({ identitySources: [header], policyResource: "resource" }),
  ],
  [
    "REST API: kept under the resource path, whatever the method",
    "keeps out",
    rest({ identitySources: [header, "context.resourcePath"] }),
  ],
  [
    "REST API: kept under the method, whatever the path",
    "lets in",
    rest({ identitySources: [header, "context.httpMethod"] }),
  ],
  [
    "REST API: the request's own ARN kept under the resource path",
    "keeps out",
    rest({ policyResource: "path" }),
  ],
  ["REST API: `{proxy+}` kept under its resource path", "keeps out", rest({}, proxyBesidePublic)],
  [
    "REST API: kept under method and path, whoever asks",
    "lets in",
    rest({ identitySources: ["context.httpMethod", "context.path"], policyResource: "path" }),
  ],
  [
    "REST API: a bad path's refusal kept under the resource path",
    "keeps out",
    rest({ weaken: keepingBadPaths }),
  ],
]
