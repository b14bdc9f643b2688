/** Puts every check to a stage, one after the other, and takes away what they have made. */
import type { Check, Item, Observation } from "./check.ts"
import { createLab, type Lab, type LabDeps } from "./lab.ts"
import type { Secrets } from "./secrets.ts"

/** One line of the table. `failed`: the stage could not be asked, so nobody knows. */
export interface Row extends Item {
  readonly expected: string
  readonly verdict: Observation["verdict"] | "failed"
  /** What was seen, what to deploy, how to look by hand, or why it failed. */
  readonly seen: string
  /** Where there is one: a line for a shell that shows what nobody outside can see. */
  readonly command?: string
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

/**
 * Never rejects for a check's sake: one that cannot be carried out is a row, too. What `options` throw is thrown on when
 * everything has been taken away; an error that names what is left has it as its cause.
 */
export async function verify(
  deps: LabDeps,
  checks: readonly Check[],
  { onRow = () => undefined, isStopped = () => false }: VerifyOptions = {},
): Promise<Report> {
  const lab = createLab(deps)
  const rows: Row[] = []
  try {
    for (const check of checks) {
      if (isStopped()) break
      const row = rowOf(check, await lookAt(check, lab), lab.secrets)
      rows.push(row)
      onRow(row)
    }
  } catch (cause) {
    const left = await lab.cleanup.run()
    throw left.length === 0 ? cause : new Error(`not removed: ${left.join(", ")}`, { cause })
  }
  const unasked = checks.length - rows.length
  return { stage: deps.stage.name, rows, unasked, left: await lab.cleanup.run() }
}

async function lookAt(check: Check, lab: Lab): Promise<Observation | Failed> {
  try {
    return await check.look(lab)
  } catch (fault) {
    return failed(fault)
  }
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
  const command = observation.verdict === "by hand" ? observation.command : undefined
  return {
    ...check,
    verdict: observation.verdict,
    seen: secrets.without(observation.seen),
    ...(command !== undefined && { command: secrets.without(command) }),
    alarming: isAlarming,
  }
}

/** Whether the code can do what it promises on this stage, as far as could be seen. */
export function isSound({ rows, unasked, left }: Report): boolean {
  return rows.every(({ alarming }) => !alarming) && unasked === 0 && left.length === 0
}
