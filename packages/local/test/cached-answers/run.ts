/**
 * One world, played through one deployment: the real authorizer behind the stand-in of the gateway, and a plain account
 * of who held what and when beside it.
 */
import { ClaimgateError, createCatalog, encodeClaim, expand } from "@claimgate/core"
import { createAuthorize } from "../../../authorizer/src/authorize.ts"
import { claimSource } from "../../../authorizer/src/source.ts"
import { storeSource } from "../../../authorizer/src/store-source.ts"
import type { Verified, Verify } from "../../../authorizer/src/verify.ts"
import { createRequest } from "../../src/gateway/http-message.ts"
import { type Deploy, type Deployment, deploy } from "./deployment.ts"
import { createHistory, type History } from "./history.ts"
import { createJudge, start, type Wrong } from "./judge.ts"
import { accessOf, pathOf, type Step, tableOf, type World } from "./world.ts"

type Request = Extract<Step, { kind: "request" }>

/** What became of the requests so far: a proof by example must have seen examples. */
export interface Tally {
  letIn: number
  keptOut: number
  fromCache: number
}

/** Plays it; answers with the first thing that went wrong, if anything did. */
export async function play(world: World, deployed: Deploy, tally?: Tally): Promise<Wrong | undefined> {
  const stage = createStage(world, deployed, tally)
  for (const step of stage === undefined ? [] : world.steps) {
    const wrong = await stage?.take(step)
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** Leaves out what a REST API cannot carry: variables of two kinds side by side, at the root also beside the proxy's. */
function createStage(world: World, deployed: Deploy, tally: Tally = { letIn: 0, keptOut: 0, fromCache: 0 }) {
  for (const left of [/$^/, /\+\}/, /\+\}| \/\{/]) {
    const fitting = { ...world, routes: world.routes.filter(({ text }) => !left.test(text)) }
    const deployment = fitting.routes.length === 0 ? undefined : deployIfPossible(fitting, deployed)
    if (deployment !== undefined) return stageOf(fitting, deployment, tally)
  }
  return undefined
}

function deployIfPossible(world: World, deployed: Deploy): Deployment | undefined {
  try {
    return deployed(tableOf(world))
  } catch (fault) {
    if (fault instanceof ClaimgateError && fault.message.includes("one variable below")) return undefined
    throw fault
  }
}

function stageOf(world: World, deployment: Deployment, tally: Tally) {
  const clock = { time: start }
  const catalog = createCatalog(
    world.routes.map(({ text }) => text),
    [world.routes.length],
    accessOf(world),
  )
  const people = world.held.map((held) => createHistory(start, heldRoutes(world, held)))
  const minted = people.map((history) => encodeClaim(catalog, expand(catalog, permissionsFor(history.now()))))
  const entered: unknown[] = []
  const integration = {
    name: "backend",
    async invoke(event: unknown) {
      entered.push(event)
      return { ok: true, payload: { statusCode: 200, body: "" } } as const
    },
  }
  const authorize = createAuthorize({
    verify: verifierOf(world, minted, () => clock.time),
    catalog,
    source: world.source === "claim" ? claimSource(catalog) : storeSource(catalog, storeOf(people)),
    onDoubt: "refuse",
    log: () => undefined,
    now: () => 0,
  })
  const api = deploy(deployment, authorize, integration, {
    now: () => clock.time,
    log({ authorizer }) {
      tally[entered.length > 0 ? "letIn" : "keptOut"]++
      if (authorizer === "cached") tally.fromCache++
    },
  })
  const judge = createJudge(world, deployment, catalog, people)
  const change = (subject: number, route: number, held: boolean) => {
    const history = people[subject]
    const text = world.routes[route % world.routes.length]?.text
    // A token says what it said when it was minted.
    if (history === undefined || text === undefined || world.source === "claim") return
    const rest = [...history.now()].filter((one) => one !== text)
    history.set(clock.time, new Set(held ? [...rest, text] : rest))
  }
  const ask = async (step: Request): Promise<Wrong | undefined> => {
    const { method, path } = spell(world, step, deployment)
    const authorization = authorizationOf(world, step.token)
    const headers = authorization === undefined ? {} : { Authorization: authorization }
    entered.length = 0
    await api.handle(createRequest(method, path, { headers }))
    const kind = judge(method, path, step.token, clock.time, entered[0])
    return kind && { kind, request: `${method} ${path} with token ${step.token}` }
  }
  return {
    async take(step: Step): Promise<Wrong | undefined> {
      clock.time++
      if (step.kind === "request") return ask(step)
      if (step.kind === "wait") clock.time += step.seconds * 1000
      else change(step.subject, step.route, step.held)
      return undefined
    },
  }
}

function heldRoutes(world: World, held: readonly boolean[]): ReadonlySet<string> {
  return new Set(world.routes.filter((_, at) => held[at]).map(({ text }) => text))
}

/** A route's own text, with the first blank as a colon, covers it and nothing else. */
function permissionsFor(routes: ReadonlySet<string>): readonly string[] {
  return [...routes].map((route) => route.replace(" ", ":"))
}

function spell(world: World, { route, method, words, spoiler }: Request, { gateway }: Deployment) {
  const text = world.routes[route % world.routes.length]?.text ?? "GET /"
  const [known = "", path = ""] = text.split(" ")
  return {
    method: method ?? known,
    path: `${gateway === "REST" ? "/prod" : ""}${pathOf(path, words, spoiler)}`,
  }
}

function authorizationOf(world: World, token: number): string | undefined {
  return token > world.tokens.length ? undefined : `Bearer ${token}`
}

/** Tokens are their own numbers: whose they are, and for how long, the world says. */
function verifierOf(world: World, minted: readonly string[], now: () => number): Verify {
  const tokens = new Map(
    world.tokens.map(({ subject, lifetime }, at) => {
      const exp = start / 1000 + lifetime
      const claims = { role: undefined, epoch: "0.1", permissions: minted[subject] }
      return [`Bearer ${at}`, { subject: `subject-${subject}`, iat: start / 1000, exp, ...claims }]
    }),
  )
  return async (authorization): Promise<Verified> => {
    const token = tokens.get(authorization ?? "")
    if (token === undefined) return { ok: false, because: "malformed" }
    return token.exp * 1000 > now() ? { ok: true, token } : { ok: false, because: "expired" }
  }
}

function storeOf(people: readonly History[]) {
  return {
    async load(subject: string) {
      const permissions = permissionsFor(people[Number(subject.slice("subject-".length))]?.now() ?? new Set())
      const member = { subject, roles: [], permissions, disabled: false, deleted: false, version: 1 }
      return { subject, generation: 0, release: undefined, member, roles: [] }
    },
  }
}
