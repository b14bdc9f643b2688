/** One request, from the gate to the answer. Whatever is thrown on the way becomes a problem and a line in the log. */
import type { Catalog } from "@claimgate/core"
import type { Context } from "hono"
import type { BoundRoute } from "./bind.ts"
import type { Admitted, Answer, Bindings } from "./endpoint.ts"
import type { GatewayRequest } from "./event/gateway-request.ts"
import type { FrontDoor } from "./front-door.ts"
import { createGate, type Passed } from "./gate.ts"
import { type Held, heldBy } from "./held.ts"
import { entryOf, faultOf, type Log, outcomeOf, quietly } from "./log.ts"
import type { Ready } from "./permit.ts"
import { type Problem, problem, problemResponse, type Thrown, thrown } from "./problem.ts"
import { keepingUp, type ReadHoldings } from "./recheck.ts"

export interface ServeDeps {
  readonly door: FrontDoor
  readonly catalog: Catalog
  readonly readHoldings: ReadHoldings
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
}

type HonoContext = Context<{ Bindings: Bindings }>

/** Answers one request with the handler that was found for it, if any was. */
export type Serve = (c: HonoContext, bound: BoundRoute | undefined) => Promise<Response>

/** Makes it. A request has one line of decision in the log, written before its handler runs. */
export function createServe({ door, catalog, now, ...deps }: ServeDeps): Serve {
  const log = quietly(deps.log)
  const read = keepingUp(deps.readHoldings)
  const gate = createGate({ door, catalog, read, now })

  function logOf({ requestId }: GatewayRequest, bound: BoundRoute | undefined): RequestLog {
    const started = now()
    const common = { requestId, ...(bound === undefined ? {} : { route: bound.name }) }
    return {
      decision: (entry) =>
        log({ event: "decision", strategy: door.strategy, ...common, ...entry, took: now() - started }),
      fault: ({ thrown, problem: { status } }) =>
        log({ event: "fault", ...common, status, ...faultOf(thrown) }),
    }
  }

  return async (c, bound) => {
    const request = c.env?.request
    if (request === undefined) return finish(noGateway, "", false)
    const written = logOf(request, bound)
    const passage = await gate(request, bound)
    if (!passage.allowed) {
      written.decision(entryOf(passage))
      return finish(passage.problem, request.requestId, passage.behind)
    }
    const held = heldBy(passage, catalog, read)
    const answer = await answerTo({ c, request, passage, held, written })
    return finish(problemIn(answer), request.requestId, held.behind())
  }
}

/** What is written about one request. */
interface RequestLog {
  readonly decision: (entry: ReturnType<typeof entryOf>) => void
  readonly fault: (fault: Thrown) => void
}

/** A request on its way to its handler. */
interface Admission {
  readonly c: HonoContext
  readonly request: GatewayRequest
  readonly passage: Passed
  readonly held: Held
  readonly written: RequestLog
}

/** Settles what comes before the handler, and runs it if that is permitted. */
async function answerTo({ passage, written, ...admission }: Admission): Promise<Answer | Thrown> {
  const prepared = await prepare({ passage, ...admission }).catch(thrown)
  written.decision(outcomeOf(passage, prepared))
  if (typeof prepared !== "function") return prepared
  const answer = await run(prepared).catch(thrown)
  if ("permitted" in answer) written.decision(outcomeOf(passage, answer))
  if ("thrown" in answer && answer.problem.status >= 500) written.fault(answer)
  return answer
}

async function prepare({ c, request, passage, held }: Omit<Admission, "written">) {
  const { bound, caller } = passage
  const { holdings, roles, holds } = held
  const params = bound.params(request.path)
  const { requestId } = request
  const admitted: Admitted<Readonly<{ [name: string]: string }>, Passed["caller"]> = {
    ...{ caller, params, requestId, holdings, roles, holds, c },
  }
  // The bound route's own types: its path names these parameters, and the gate let nobody else through.
  return bound.endpoint.prepare(admitted as Admitted<never, never>)
}

/** Asynchronous, so that what a handler throws before its first pause is a rejection too. */
async function run(ready: Ready): Promise<Answer> {
  return ready()
}

function problemIn(answer: Answer | Thrown): Response | Problem {
  if ("thrown" in answer) return answer.problem
  return "permitted" in answer ? problem("forbidden", answer.detail, { reason: answer.because }) : answer
}

/** The answer as it leaves: kept by nobody between here and the client. */
function finish(answer: Response | Problem, requestId: string, behind: boolean): Response {
  const response = answer instanceof Response ? answer : problemResponse(answer, requestId)
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store")
  response.headers.set("x-content-type-options", "nosniff")
  if (behind) response.headers.set("x-claimgate-refresh", "1")
  return response
}

const noGateway = problem("malformed_input", "expected a request that came through the gateway")
