/** The token that is in use, as the application tells it; how old it is, and what takes its place. */
import { ClaimgateError } from "@claimgate/core"
import { millisecondsOf, readClaims } from "./claims.ts"

export interface Tokens {
  /** Asks the application. Rejects as `getToken` does, and with `malformed_input` for what cannot be sent. */
  current(): Promise<string | undefined>
  /** What the application answered last, or what has taken its place since. */
  latest(): string | undefined
  /**
   * To be called before a refresh; its answer puts the refreshed token in the place of the one that is the latest now,
   * also while `getToken` goes on answering the old one. A token that somebody signed in with meanwhile stays.
   */
  replacing(): (fresh: string) => void
  /** The token of the application's that the latest one came out of, maybe by many refreshes. */
  root(): string | undefined
  /** Whether a newer one may say something else: it is more than 30 seconds old, or not the latest. */
  isOld(token: string): boolean
  /** Whether its time is up, or will be in 5 seconds. */
  hasExpired(token: string): boolean
  /** Calls back whenever another token is in use; answers how to stop that. */
  subscribe(listener: () => void): () => void
}

export type GetToken = () => string | null | undefined | Promise<string | null | undefined>

interface Held {
  readonly token: string
  readonly root: string
  readonly bornAt: number
  readonly expiresAt: number
}

const old = 30_000
const early = 5_000

/** Makes the place where the token is kept; nobody is asked before it is needed. `now` is in milliseconds since 1970. */
export function createTokens({ getToken, now }: { getToken: GetToken; now: () => number }): Tokens {
  let held: Held | undefined
  let given: string | undefined
  let replaced: { readonly given: string | undefined; readonly from: string; readonly to: string } | undefined
  const listeners = new Set<() => void>()
  const hold = (next: Held | undefined) => {
    const isOther = next?.token !== held?.token
    held = next
    if (isOther) for (const listener of listeners) listener()
  }
  return {
    async current() {
      given = (await getToken()) || undefined
      // A store that lags, or a closure over an old variable: what was replaced is not sent again.
      const isReplaced = given !== undefined && (given === replaced?.given || given === replaced?.from)
      const token = isReplaced ? replaced?.to : given
      if (token !== held?.token) hold(token === undefined ? undefined : holdToken(token, token, now(), false))
      return token
    },
    latest: () => held?.token,
    replacing() {
      const before = { given, held }
      return (fresh) => {
        const { token: from, root } = before.held ?? { token: fresh, root: fresh }
        replaced = { given: before.given, from, to: fresh }
        if (held?.token === from || held?.token === fresh) hold(holdToken(fresh, root, now(), true))
      }
    },
    root: () => held?.root,
    isOld: (token) => token !== held?.token || now() - held.bornAt > old,
    hasExpired: (token) => token === held?.token && now() >= held.expiresAt - early,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The characters of RFC 6750 §2.1. Anything else makes `Headers` throw an error that repeats it. */
export function isBearerToken(token: unknown): token is string {
  return typeof token === "string" && /^[A-Za-z0-9._~+/-]+=*$/.test(token)
}

/**
 * A token that was minted just now is as old as the time since then, and lives as long as it says, whatever the
 * clocks here and there. Of any other the claims are believed, but for a birth in the future.
 */
function holdToken(token: string, root: string, now: number, minted: boolean): Held {
  if (!isBearerToken(token))
    throw new ClaimgateError("malformed_input", "getToken: expected a bearer token, or nothing")
  const claims = readClaims(token)
  const issuedAt = millisecondsOf(claims?.iat) ?? Infinity
  const expiresAt = millisecondsOf(claims?.exp) ?? Infinity
  const bornAt = minted || issuedAt > now ? now : issuedAt
  const lifetime = expiresAt - issuedAt
  return { token, root, bornAt, expiresAt: Number.isFinite(lifetime) ? bornAt + lifetime : expiresAt }
}
