/** Policy engines, each over the granted routes, asked in the way that its own documentation calls quick. */
import { createMongoAbility, subject } from "@casl/ability"
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs"
import { newEnforcer, newModelFromString } from "casbin"
import type { Answer, Contender, Held } from "./contender.ts"
import { createMemoirist } from "./routers.ts"

export const casbinName = "casbin, keyMatch2"
export const cedarName = "memoirist, cedar-wasm (actions)"
export const cedarGroupName = "memoirist, cedar-wasm (groups)"

export const engines: readonly Contender[] = [
  { name: "CASL, $regex on the path", build: buildCaslByPath },
  { name: "memoirist, CASL", build: buildCaslByRoute },
  { name: casbinName, build: buildCasbin },
  { name: cedarName, build: buildCedarByAction },
  { name: cedarGroupName, build: buildCedarByGroup },
]

function buildCaslByPath(held: Held): Answer {
  const ability = createMongoAbility(
    routesOf(held).map(({ method, path }) => ({
      action: method,
      subject: "Request",
      conditions: { path: { $regex: `^${path.replace(/[.]/g, "\\.").replace(/\{[^}]*\}/g, "[^/]+")}$` } },
    })),
  )
  return (method, path) => ability.can(method, subject("Request", { path }))
}

function buildCaslByRoute(held: Held): Answer {
  const lookup = createMemoirist(held)
  const paths = held.catalog.routes.map((route) => route.path)
  const ability = createMongoAbility(
    routesOf(held).map(({ method, path }) => ({ action: method, subject: path })),
  )
  return (method, path) => {
    const id = lookup(method, path)
    return id !== undefined && ability.can(method, paths[id] ?? "")
  }
}

/** The cheap comparisons stand first. */
const casbinModel = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.act == p.act && r.sub == p.sub && keyMatch2(r.obj, p.obj)
`

async function buildCasbin(held: Held): Promise<Answer> {
  const enforcer = await newEnforcer(newModelFromString(casbinModel))
  await enforcer.addPolicies(
    routesOf(held).map(({ method, path }) => ["reader", path.replace(/\{([^}]*)\}/g, ":$1"), method]),
  )
  return (method, path) => enforcer.enforceSync("reader", path, method)
}

/** One policy that lists the role's routes as actions: how Amazon Verified Permissions lays out an API. */
function buildCedarByAction(held: Held): Answer {
  const actions = routesOf(held).map((route) => `Action::${JSON.stringify(nameOf(route))}`)
  const decide = createCedar("actions", `permit(principal, action in [${actions.join(", ")}], resource);`)
  return behindMemoirist(held, (_, name) => decide(name, []))
}

/** The quickest that Cedar gets: one policy over a group, the caller knowing which routes are in it. */
function buildCedarByGroup(held: Held): Answer {
  const decide = createCedar("group", `permit(principal, action in Action::"held", resource);`)
  return behindMemoirist(held, (id, name) => decide(name, held.granted.has(id) ? ["held"] : []))
}

function behindMemoirist(held: Held, decide: (id: number, name: string) => boolean): Answer {
  const lookup = createMemoirist(held)
  const names = held.catalog.routes.map(nameOf)
  return (method, path) => {
    const id = lookup(method, path)
    return id !== undefined && decide(id, names[id] ?? "")
  }
}

/** Policies are parsed beforehand; a request and its entities go over as JSON each time, there is no other way in. */
function createCedar(id: string, policies: string): (action: string, groups: readonly string[]) => boolean {
  const parsed = preparsePolicySet(id, { staticPolicies: policies })
  if (parsed.type === "failure") throw new Error(parsed.errors.map((error) => error.message).join("; "))
  return (action, groups) => {
    const uid = { type: "Action", id: action }
    const parents = groups.map((group) => ({ type: "Action", id: group }))
    const answer = statefulIsAuthorized({
      principal: { type: "Role", id: "reader" },
      action: uid,
      resource: { type: "Api", id: "api" },
      context: {},
      preparsedPolicySetId: id,
      entities: parents.length > 0 ? [{ uid, attrs: {}, parents }] : [],
    })
    return answer.type === "success" && answer.response.decision === "allow"
  }
}

function nameOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`
}

function routesOf({ catalog, granted }: Held) {
  return catalog.routes.filter((route) => granted.has(route.id))
}
