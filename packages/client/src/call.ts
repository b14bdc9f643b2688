/**
 * One call: sends the token, and where the API does not take it, gets another one and sends again what may be sent
 * again. INVARIANT: at most two requests per call, and one refresh for all calls that wait (call.property.test.ts).
 */
import { readClaims } from "./claims.ts"
import type { Why } from "./pause.ts"
import { type Fetch, type Prepared, prepare } from "./prepare.ts"
import type { Renewal } from "./renewal.ts"
import { type Base, isFrom } from "./target.ts"
import type { Tokens } from "./tokens.ts"
import { within } from "./within.ts"

export interface CallDeps {
  readonly base: Base
  readonly tokens: Tokens
  readonly renewal: Renewal
  /** What sends a request. */
  readonly send: Fetch
}

/** An answer, or a failure that may be one: HTTP API lets no page read what its authorizer refused. */
type Outcome = { readonly response: Response } | { readonly response?: undefined; readonly fault: unknown }

/** Makes the fetch of a client. */
export function createCall(deps: CallDeps): Fetch {
  const { base, renewal, send } = deps
  return async (input, init) => {
    const request = prepare(base, input, init)
    const { token, renewed } = await within(request.signal, () => begin(deps))
    const first = await attempt(send, request, token)
    if (token === undefined) return answer(first)
    const why = renewed ? undefined : whyAnother(deps, first, token)
    if (why === undefined) return obey(deps, first, token)
    const next = await within(request.signal, () => renewal.after(token, why))
    if (next === undefined || !request.replayable || !isSameSubject(token, next))
      return obey(deps, first, token)
    // Nobody reads it any more; its connection can go on to the next request.
    first.response?.body?.cancel().catch(() => undefined)
    return obey(deps, await attempt(send, request, next), next)
  }
}

/** The token to begin with. One whose time is up, or that others were just refused with, is not tried first. */
async function begin({
  tokens,
  renewal,
}: CallDeps): Promise<{ token: string | undefined; renewed: boolean }> {
  const token = await tokens.current()
  const usable = token === undefined || !(renewal.isAwaited(token) || tokens.hasExpired(token))
  if (usable) return { token, renewed: false }
  const next = await renewal.after(token, "expired")
  return { token: next !== undefined && isSameSubject(token, next) ? next : token, renewed: true }
}

async function attempt(send: Fetch, request: Prepared, token: string | undefined): Promise<Outcome> {
  try {
    return { response: await send(...request.withToken(token)) }
  } catch (fault) {
    // What `fetch` rejects with where no answer could be read; anything else has its reason, an abort for example.
    if (fault instanceof Error && fault.name === "TypeError") return { fault }
    throw fault
  }
}

/** Why another token might get another answer; undefined where it would not. */
function whyAnother({ base, tokens }: CallDeps, { response }: Outcome, token: string): Why | undefined {
  if (response !== undefined && !isFrom(base, response.url)) return undefined
  if (response?.status === 401) return "unauthorized"
  const isRefusal = response === undefined || response.status === 403
  return isRefusal && tokens.isOld(token) ? "refused" : undefined
}

/** The answer, and a refresh in the background where it asks for one. */
function obey({ base, renewal }: CallDeps, outcome: Outcome, token: string): Response {
  const response = answer(outcome)
  if (response.headers.get("x-claimgate-refresh") === "1" && isFrom(base, response.url)) renewal.later(token)
  return response
}

function answer(outcome: Outcome): Response {
  if (outcome.response === undefined) throw outcome.fault
  return outcome.response
}

/** Whoever signed in meanwhile did not ask for this. Tokens that nobody can read say nothing, and count as equal. */
function isSameSubject(token: string, next: string): boolean {
  return readClaims(token)?.sub === readClaims(next)?.sub
}
