/** Gateways: every route behind its authorizer, and no answer kept for a request that it is not about. */
import { routes } from "@claimgate/catalog/routes"
import { doors } from "../../doors.ts"
import type { Plan, Planned } from "../plan.ts"
import { type Api, apisOf } from "./apis.ts"
import { type Asked, type Check, complain, same } from "./check.ts"

export const gateways: Check = (plan, asked) => {
  const apis = apisOf(plan)
  return [
    ...oneForEachDoor(apis, asked),
    ...apis.flatMap((api) => [...routed(api, asked), ...guarded(api, asked), ...cached(plan, api)]),
  ]
}

function oneForEachDoor(apis: readonly Api[], { config }: Asked): readonly string[] {
  const wanted = config.doors.map((name) => `${doors[name].prefix}ApiApi ${doors[name].gateway}`).toSorted()
  const got = apis.map(({ name, kind }) => `${name} ${kind}`).toSorted()
  return same(wanted, got) ? [] : [`gateways: expected ${wanted}, got ${got}`]
}

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

/** What the route table asks for, by method and shape: parameters' names count for nothing. */
const wanted = new Map(
  Object.values(routes).flatMap(({ method, path, access }) =>
    (method === "ANY" ? methods : [method]).map(
      (each) => [shapeOf(`${each} ${path}`), access === "public"] as const,
    ),
  ),
)

function shapeOf(key: string): string {
  return key.replace(/\{[^}+]*(\+?)\}/g, "{$1}")
}

function routed(api: Api, { config }: Asked): readonly string[] {
  const known = new Map(api.routes.map((route) => [shapeOf(route.key), route]))
  const isProxied = config.layout === "proxy" && known.has("ANY /{+}") && known.has("ANY /")
  return [
    ...complain(
      wanted,
      ([key, isPublic]) => !known.has(key) && (isPublic || !isProxied),
      ([key]) => `${api.name}: expected a route \`${key}\``,
    ),
    ...complain(
      known.keys(),
      (key) => !wanted.has(key) && !isPreflight(api, key, config) && !(isProxied && key.startsWith("ANY /")),
      (key) => `${api.name}: expected no route \`${key}\`, which the route table does not have`,
    ),
    ...complain(
      api.routes,
      ({ target, key }) => !target.includes(":function:") && !isPreflight(api, shapeOf(key), config),
      ({ key, target }) => `${api.name}: \`${key}\`: expected the backend behind it, got \`${target}\``,
    ),
    ...complain(
      [new Set(api.routes.map(({ target }) => target).filter((target) => target.includes(":function:")))],
      ({ size }) => size !== 1,
      ({ size }) => `${api.name}: expected one backend, got ${size}`,
    ),
  ]
}

/** Open to whoever asks, if `CORS_ORIGINS` names anybody: the gateway answers, nobody is called. */
function isPreflight({ kind }: Api, key: string, { corsOrigins, layout }: Asked["config"]): boolean {
  return key.startsWith("OPTIONS ") && corsOrigins.length > 0 && (kind === "rest-api" || layout === "proxy")
}

function guarded(api: Api, { config }: Asked): readonly string[] {
  const isOpen = (key: string) => wanted.get(shapeOf(key)) ?? isPreflight(api, shapeOf(key), config)
  return [
    ...complain(
      api.routes,
      ({ key, authorizer }) => (authorizer === undefined) !== isOpen(key),
      ({ key, authorizer }) =>
        authorizer === undefined
          ? `${api.name}: \`${key}\`: expected an authorizer`
          : `${api.name}: \`${key}\`: expected no authorizer before a public route`,
    ),
    ...complain(
      new Set(api.routes.map(({ authorizer }) => authorizer).filter((each) => each !== undefined)),
      (authorizer) => !api.authorizers.some(({ name }) => authorizer.endsWith(` ${name}.id`)),
      (authorizer) => `${api.name}: expected an authorizer of its own, got \`${authorizer}\``,
    ),
  ]
}

/** INVARIANT: a kept answer holds for every request that shares its cache key. */
function cached(plan: Plan, api: Api): readonly string[] {
  return api.authorizers.flatMap((authorizer) =>
    api.kind === "http-api" ? httpCache(authorizer, api) : restCache(authorizer, plan),
  )
}

function httpCache({ name, inputs }: Planned, { routes }: Api): readonly string[] {
  const sources = inputs.identitySources as readonly string[]
  const isKept = inputs.authorizerResultTtlInSeconds !== 0
  const hasOneRouteEach = !routes.some(({ key }) => key.startsWith("ANY ") || key === "$default")
  if (inputs.authorizerType === "JWT")
    return same(sources, ["$request.header.Authorization"]) ? [] : [wrongSources(name)]
  const wanted: readonly [is: boolean, sentence: string][] = [
    [inputs.authorizerPayloadFormatVersion === "2.0", `${name}: expected payload 2.0`],
    [inputs.enableSimpleResponses === true, `${name}: expected the simple response`],
    [sources[0] === "$request.header.Authorization", wrongSources(name)],
    [
      !isKept || (sources.includes("$context.routeKey") && hasOneRouteEach),
      `${name}: expected no kept answers, or the route among the identity sources and one gateway route for each`,
    ],
  ]
  return wanted.filter(([is]) => !is).map(([, sentence]) => sentence)
}

function wrongSources(name: string): string {
  return `${name}: expected the token as identity source`
}

const token = "method.request.header.Authorization"

/** Cache keys that are safe, with the form of policy that holds for all that share one. */
const keys: Readonly<Record<string, string>> = {
  [`${token},context.httpMethod,context.path`]: "path",
  [`${token},context.httpMethod,context.resourcePath`]: "resource",
}

function restCache({ name, inputs }: Planned, plan: Plan): readonly string[] {
  const ttl = inputs.authorizerResultTtlInSeconds
  const source = String(inputs.identitySource)
  if (typeof ttl !== "number") return [`${name}: expected a time to live; unset it is 300 seconds`]
  if (!source.startsWith(token)) return [wrongSources(name)]
  if (ttl === 0) return []
  const policy = policyResourceOf(plan, inputs.authorizerUri)
  return inputs.type === "REQUEST" && policy !== undefined && keys[source] === policy
    ? []
    : [
        `${name}: expected no kept answers, or method and path among the identity sources and policies to match`,
      ]
}

function policyResourceOf({ resources }: Plan, uri: unknown): string | undefined {
  const found = resources.find(
    ({ type, inputs }) =>
      type === "aws:lambda/function:Function" && String(uri).includes(`:function:${inputs.name}/`),
  )
  const environment = found?.inputs.environment as { variables?: Record<string, string> } | undefined
  return environment?.variables?.POLICY_RESOURCE
}
