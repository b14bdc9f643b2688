/** The client of an API behind Claimgate: a fetch that keeps its token fresh, and the token for what to show. */
import { createCall } from "./call.ts"
import type { Fetch } from "./prepare.ts"
import { createRenewal } from "./renewal.ts"
import { parseBase } from "./target.ts"
import { createTokens, type GetToken } from "./tokens.ts"

export interface ClientOptions {
  /** `https://api.example.com`, or with a path in front of every other one; tokens go to this origin alone. */
  readonly baseUrl: string
  /** The token to send; nothing while nobody is signed in. Asked before every request. */
  readonly getToken: GetToken
  /** Gets a new token, with the permissions of now in it, and answers it. Rejects where there is none to be had. */
  readonly refresh: () => Promise<string>
  readonly fetch?: Fetch
  /** Milliseconds since 1970. */
  readonly now?: () => number
  /** From 0 up to 1. */
  readonly random?: () => number
  /** Milliseconds that the refreshes which `x-claimgate-refresh` asks for are spread over, by chance; 60,000. */
  readonly spread?: number
  /** Milliseconds after which a refresh has failed; 10,000. */
  readonly patience?: number
}

export interface Client {
  /** Like the platform's own, for the API alone. A path is put behind `baseUrl`. */
  readonly fetch: Fetch
  /** The token that was in use last, for `can`; undefined before the first request and where there is none. */
  readonly token: () => string | undefined
  /** Calls back when another token is in use; answers how to stop that. Asks for the token. */
  readonly subscribe: (listener: () => void) => () => void
}

/** Makes a client. Throws `malformed_configuration` for a base URL that is none. */
export function createClient({
  baseUrl,
  getToken,
  refresh,
  fetch: send = (input, init) => globalThis.fetch(input, init),
  now = Date.now,
  random = Math.random,
  spread = 60_000,
  patience = 10_000,
}: ClientOptions): Client {
  const base = parseBase(baseUrl)
  const tokens = createTokens({ getToken, now })
  const renewal = createRenewal({ tokens, refresh, now, random, spread, patience })
  return {
    fetch: createCall({ base, tokens, renewal, send }),
    token: tokens.latest,
    subscribe(listener) {
      const stop = tokens.subscribe(listener)
      tokens.current().catch(() => undefined)
      return stop
    },
  }
}
