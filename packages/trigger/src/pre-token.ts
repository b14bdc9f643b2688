/**
 * The pre-token-generation trigger: looks up what the subject holds and has Cognito write it into the token. Every
 * token gets all three claims, also when nothing is granted, so that no attribute of the user's can take their place.
 */
import {
  type Catalog,
  type ClaimForm,
  ClaimgateError,
  catalogAt,
  describeFault,
  encodeClaim,
  expand,
} from "@claimgate/core"
import { evaluate, type PermissionStore, type SubjectRecord } from "@claimgate/store"
import { answer, type PreTokenEvent, parseEvent } from "./event.ts"

export interface PreTokenDeps {
  readonly store: Pick<PermissionStore, "load">
  readonly catalog: Catalog
  readonly form: ClaimForm
  /** One JSON object per call; never a token or an attribute of the user's. */
  readonly log: (entry: PreTokenLog) => void
  /** Milliseconds, from any origin. */
  readonly now: () => number
  /** Milliseconds after which sign-in fails; Cognito gives up after 5,000 and tries three times. */
  readonly deadline?: number
}

export interface PreTokenLog {
  readonly event: "pre_token"
  /** Left out where the event could not be read. */
  readonly trigger: string | undefined
  readonly subject: string | undefined
  readonly outcome: "minted" | "malformed" | "failed"
  /** Characters of `custom:permissions`, each of which is one byte. */
  readonly claimLength?: number
  /** Time until then, in milliseconds. */
  readonly took: number
  /** Code of what went wrong, where it is ours, and what a log may say of it. */
  readonly because?: string
}

/** The three claims, by the names they have in tokens. */
export interface Claims {
  readonly "custom:role": string
  readonly "custom:permissions": string
  readonly "custom:epoch": string
}

const ownDeadline = 3000

/** Makes the trigger's handler. It rejects with a short generic message whenever it cannot tell what to grant. */
export function createPreToken(deps: PreTokenDeps): (event: unknown) => Promise<PreTokenEvent["event"]> {
  return async (input) => {
    const started = deps.now()
    let event: PreTokenEvent | undefined
    const log: Log = (entry) => {
      const took = deps.now() - started
      const { triggerSource: trigger, subject } = event ?? {}
      write(deps, { event: "pre_token", trigger, subject, ...entry, took })
    }
    try {
      event = parseEvent(input)
      const claims = await claimsFor(deps, event.subject, log)
      return answer(event, claims)
    } catch (fault) {
      log({ outcome: "failed", because: describe(fault) })
      // Cognito shows this text to whoever signs in.
      throw new Error("Sign-in is not available at the moment. Please try again.")
    }
  }
}

/** A log that fails must not keep anybody from signing in, nor tell them why it failed. */
function write(deps: PreTokenDeps, entry: PreTokenLog): void {
  try {
    deps.log(entry)
  } catch {
    // Nobody is left to tell.
  }
}

type Log = (entry: Pick<PreTokenLog, "outcome" | "because" | "claimLength">) => void

async function claimsFor(deps: PreTokenDeps, subject: string, log: Log): Promise<Claims> {
  try {
    const record = await withDeadline(deps.store.load(subject), deps.deadline ?? ownDeadline)
    const claims = mint(deps, record)
    log({ outcome: "minted", claimLength: claims["custom:permissions"].length })
    return claims
  } catch (fault) {
    if (!isMalformed(fault)) throw fault
    // An item that cannot be read grants nothing, but must not keep anybody from signing in: alarm on this line.
    log({ outcome: "malformed", because: describe(fault) })
    return nobody
  }
}

const nobody: Claims = { "custom:role": "guest", "custom:permissions": "-", "custom:epoch": "0.0" }

function mint({ catalog, form }: PreTokenDeps, record: SubjectRecord): Claims {
  const { roles, permissions, epoch } = evaluate(record)
  const release = (record.release === undefined ? undefined : catalogAt(catalog, record.release)) ?? catalog
  return {
    "custom:role": roles.length > 0 ? roles.join(",") : "guest",
    "custom:permissions": encodeClaim(release, expand(release, permissions), form),
    "custom:epoch": epoch,
  }
}

function isMalformed(fault: unknown): boolean {
  if (!(fault instanceof ClaimgateError)) return false
  return (
    fault.code === "malformed_record" ||
    fault.code === "malformed_permission" ||
    fault.code === "claim_too_large"
  )
}

function describe(fault: unknown): string {
  const because = describeFault(fault)
  return fault instanceof ClaimgateError ? `${fault.code}: ${because}` : because
}

async function withDeadline<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ClaimgateError("dependency_failed", `store: no answer within ${milliseconds} ms`)),
      milliseconds,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
