/** Puts every check to a stage, one after the other, and takes away what they have made. */
import type { Check, Item, Observation } from "./check.ts"
import { createLab, type LabDeps } from "./lab.ts"
import type { Secrets } from "./secrets.ts"

/** One line of the table. `failed`: the stage could not be asked, so nobody knows. */
export interface Row extends Item {
  readonly expected: string
  readonly verdict: Observation["verdict"] | "failed"
  /** What was seen, what to deploy, how to look by hand, or why it failed. */
  readonly seen: string
  /** What follows from a difference. */
  readonly otherwise: string
  /** Whether the code depends on something that is not so, or that could not be asked. */
  readonly alarming: boolean
}

export interface Report {
  readonly stage: string
  readonly rows: readonly Row[]
  /** How many checks were left out, because somebody asked to stop. */
  readonly unasked: number
  /** What was made and could not be taken away, by name. */
  readonly left: readonly string[]
}

export interface VerifyOptions {
  /** Told of each row as it comes. */
  readonly onRow?: (row: Row) => void
  /** Asked before each check: true ends the run early. */
  readonly isStopped?: () => boolean
}

/** Never rejects for a check's sake: one that cannot be carried out is a row, too. */
export async function verify(
  deps: LabDeps,
  checks: readonly Check[],
  { onRow = () => undefined, isStopped = () => false }: VerifyOptions = {},
): Promise<Report> {
  const lab = createLab(deps)
  const rows: Row[] = []
  for (const check of checks) {
    if (isStopped()) break
    const observation = await check.look(lab).catch((fault: unknown): Failed => failed(fault))
    const row = rowOf(check, observation, lab.secrets)
    rows.push(row)
    onRow(row)
  }
  const unasked = checks.length - rows.length
  return { stage: deps.stage.name, rows, unasked, left: await lab.cleanup.run() }
}

interface Failed {
  readonly verdict: "failed"
  readonly seen: string
}

function failed(fault: unknown): Failed {
  return { verdict: "failed", seen: fault instanceof Error ? `${fault.name}: ${fault.message}` : "unknown" }
}

/** INVARIANT: nothing that was seen is told with a token or a password in it (verify.test.ts). */
function rowOf({ look: _, ...check }: Check, observation: Observation | Failed, secrets: Secrets): Row {
  const isAlarming =
    observation.verdict === "differs" ? observation.alarming : observation.verdict === "failed"
  return {
    ...check,
    verdict: observation.verdict,
    seen: secrets.without(observation.seen),
    alarming: isAlarming,
  }
}

/** Whether the code can do what it promises on this stage, as far as could be seen. */
export function isSound({ rows, unasked, left }: Report): boolean {
  return rows.every(({ alarming }) => !alarming) && unasked === 0 && left.length === 0
}
