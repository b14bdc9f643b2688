/** A new token: one refresh for all who need it, and with a pause between two of them. */
import { createPause, type Pause, type Why } from "./pause.ts"
import { isBearerToken, type Tokens } from "./tokens.ts"
import { inTime } from "./within.ts"

export interface RenewalDeps {
  readonly tokens: Tokens
  readonly refresh: () => Promise<string>
  readonly now: () => number
  readonly random: () => number
  /** Milliseconds that refreshes which can wait are spread over. */
  readonly spread: number
  /** Milliseconds that a refresh may take. */
  readonly patience: number
}

export interface Renewal {
  /**
   * The token after this one: what somebody else got already, or the outcome of the refresh that is under way or can
   * start. Undefined where there is none, and after signing out. Never rejects.
   */
  after(token: string, why: Why): Promise<string | undefined>
  /** Refreshes at some moment of the spread, unless this token has been replaced by then. */
  later(token: string): void
  /** Whether a refresh is under way because this token is not taken any more. */
  isAwaited(token: string): boolean
}

/** Makes the renewal of one client's token. */
export function createRenewal(deps: RenewalDeps): Renewal {
  const { tokens, now, random, spread } = deps
  let flight: { readonly from: string; readonly why: Why; readonly landed: Promise<boolean> } | undefined
  let timer: unknown
  const pauseFor = pausePerSession(deps)

  const start = (from: string, why: Why, since: number) => {
    const pause = pauseFor(tokens.root())
    if (!pause.isOver(why)) return undefined
    const land = (brought: boolean) => {
      flight = undefined
      if (brought) pause.brought(why, since)
      else pause.failed()
      return brought
    }
    flight = { from, why, landed: fly(deps).then(land) }
    return flight
  }

  const after = async (token: string, why: Why, since = now()) => {
    await tokens.current()
    // INVARIANT: nothing is awaited between this look and the start, so that no two begin at once (renewal.test.ts).
    if (tokens.latest() === token) {
      const brought = await (flight ?? start(token, why, since))?.landed
      // Whoever signed out meanwhile has no token any more.
      if (brought) await tokens.current()
    }
    return tokens.latest() === token ? undefined : tokens.latest()
  }

  return {
    after: (token, why) => after(token, why).catch(() => undefined),
    later(token) {
      if (timer !== undefined || tokens.latest() !== token || !pauseFor(tokens.root()).isOver("told")) return
      const since = now()
      timer = setTimeout(() => {
        timer = undefined
        after(token, "told", since).catch(() => undefined)
      }, random() * spread)
      letExit(timer)
    },
    isAwaited: (token) =>
      flight?.from === token && (flight.why === "unauthorized" || flight.why === "expired"),
  }
}

/** One refresh; whether it brought a new token. */
async function fly({ tokens, refresh, patience }: RenewalDeps): Promise<boolean> {
  const before = tokens.latest()
  const replace = tokens.replacing()
  try {
    const fresh = await inTime(patience, refresh)
    if (!isBearerToken(fresh) || fresh === before) return false
    replace(fresh)
    return true
  } catch {
    // The application's own function has failed: it knows why, and whoever waits gets the answer that there was.
    return false
  }
}

/** What was of no use to one session says nothing about the next one. */
function pausePerSession(deps: RenewalDeps): (root: string | undefined) => Pause {
  let known: { readonly root: string | undefined; readonly pause: Pause } | undefined
  return (root) => {
    if (known === undefined || known.root !== root) known = { root, pause: createPause(deps) }
    return known.pause
  }
}

/** In Node.js a timer would keep a script running that has nothing else left to do. */
function letExit(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
    timer.unref()
}
