/** One item of the list "Verify on real AWS" in docs/security.md, or of "This stage" in docs/verify.md, and how a stage is asked. */
import type { Lab } from "./lab.ts"

export const areas = [
  "HTTP API",
  "REST API",
  "Cognito",
  "DynamoDB",
  "Change feed",
  "ElastiCache",
  "CloudWatch",
  "This stage",
] as const
export type Area = (typeof areas)[number]

/** What the list says. */
export interface Item {
  /** As the list has it in front of the item: `http-403`. */
  readonly id: string
  readonly area: Area
  /** The item's sentence, word for word. */
  readonly item: string
}

export interface Check extends Item {
  /** What the stand-in does and the code takes. */
  readonly expected: string
  /** What follows where AWS does something else. */
  readonly otherwise: string
  /** Rejects where the stage could not be asked, which is no answer. */
  readonly look: (lab: Lab) => Promise<Observation>
}

/** What was seen; where nothing could be, `seen` says what to deploy, or how to look by hand. */
export type Observation =
  | { readonly verdict: "as expected" | "not applicable"; readonly seen: string }
  /** `command` is a line for a shell that shows it. */
  | { readonly verdict: "by hand"; readonly seen: string; readonly command?: string }
  /** `alarming` where the code depends on what is not so. */
  | { readonly verdict: "differs"; readonly seen: string; readonly alarming: boolean }

/** Weighs what was seen; a difference is alarming only where a check says so. */
export function judge(isExpected: boolean, seen: string, alarming = false): Observation {
  return isExpected ? asExpected(seen) : { verdict: "differs", seen, alarming }
}

export function asExpected(seen: string): Observation {
  return { verdict: "as expected", seen }
}

/** The stage has none of that; `what` says what to deploy. */
export function notApplicable(what: string): Observation {
  return { verdict: "not applicable", seen: what }
}

/** Nobody outside can see it; `how` says in a sentence how to look, and `command` shows it in a shell. */
export function byHand(how: string, command?: string): Observation {
  return { verdict: "by hand", seen: how, ...(command !== undefined && { command }) }
}

/** A check of what nobody outside can see. */
export function unseen(item: Item, expected: string, otherwise: string, how: string): Check {
  return { ...item, expected, otherwise, look: async () => byHand(how) }
}

/** A check of what no stage that infra/ deploys has. */
export function undeployed(item: Item, expected: string, otherwise: string, what: string): Check {
  return { ...item, expected, otherwise, look: async () => notApplicable(what) }
}
