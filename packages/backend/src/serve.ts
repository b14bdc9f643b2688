/** One request, from the gate to the answer. Whatever is thrown on the way becomes a problem and a line in the log. */
import { type Catalog, ClaimgateError } from "@claimgate/core"
import type { Holdings, PermissionStore } from "@claimgate/store"
import type { Context } from "hono"
import type { BoundRoute } from "./bind.ts"
import type { Admitted, Answer, Bindings } from "./endpoint.ts"
import { type GatewayRequest, readHttpEvent } from "./event.ts"
import { createGate, isBehind, type Passed } from "./gate.ts"
import { describeFault, entryOf, type Log, quietly } from "./log.ts"
import { problem, problemOf, problemResponse } from "./problem.ts"
import { holdingsReader, type ReadHoldings } from "./recheck.ts"
import type { Strategy } from "./strategy.ts"

export interface ServeDeps {
  readonly catalog: Catalog
  readonly store: PermissionStore
  readonly strategy: Strategy
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
}

type HonoContext = Context<{ Bindings: Bindings }>

/** Answers one request with the handler that was found for it, if any was. */
export type Serve = (c: HonoContext, bound: BoundRoute | undefined) => Promise<Response>

/** Makes it; throws `malformed_configuration` for a strategy that this backend does not serve. */
export function createServe(deps: ServeDeps): Serve {
  const { catalog, strategy, now } = deps
  const log = quietly(deps.log)
  const readHoldings = holdingsReader(deps.store)
  const gate = createGate({ catalog, strategy, now, readHoldings })
  return async (c, bound) => {
    const request = readHttpEvent(c.env?.event)
    if (request === undefined) return finish(noEvent, "", false)
    const started = now()
    const passage = await gate(request, bound)
    const common = { requestId: request.requestId, ...(bound === undefined ? {} : { route: bound.name }) }
    log({ event: "decision", strategy, ...common, ...entryOf(passage), took: now() - started })
    if (!passage.allowed) return finish(passage.problem, request.requestId, passage.behind)
    const held = loadOnce(passage, readHoldings)
    const answer = await run(c, request, passage, held.holdings).catch((fault: unknown) => {
      const said = problemOf(fault)
      if (said.status >= 500) log({ event: "fault", ...common, status: said.status, ...describeFault(fault) })
      return said
    })
    return finish(answer, request.requestId, held.behind())
  }
}

/** What the subject holds, read at most once per request, and what that says about its token. */
function loadOnce({ caller, ...passage }: Passed, readHoldings: ReadHoldings) {
  let loading = passage.holdings === undefined ? undefined : Promise.resolve(passage.holdings)
  let behind = passage.behind
  return {
    behind: () => behind,
    async holdings(): Promise<Holdings> {
      if (caller === undefined)
        throw new ClaimgateError("internal", "public route: nobody is known whose holdings could be read")
      loading ??= readHoldings(caller)
      const loaded = await loading
      behind = isBehind(caller, loaded)
      return loaded
    },
  }
}

async function run(
  c: HonoContext,
  request: GatewayRequest,
  { bound, caller }: Passed,
  holdings: () => Promise<Holdings>,
): Promise<Answer> {
  const params = bound.params(request.path)
  const admitted: Admitted<Record<string, string>, Passed["caller"]> = { caller, params, holdings, c }
  // The bound route's own types: its path names these parameters, and the gate let nobody else through.
  return bound.endpoint.run(admitted as Admitted<never, never>)
}

/** The answer as it leaves: kept by nobody between here and the client. */
function finish(answer: Answer, requestId: string, behind: boolean): Response {
  const response = answer instanceof Response ? answer : problemResponse(answer, requestId)
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store")
  response.headers.set("x-content-type-options", "nosniff")
  if (behind) response.headers.set("x-claimgate-refresh", "1")
  return response
}

const noEvent = problem("malformed_input", "event: expected an HTTP API's payload 2.0")
