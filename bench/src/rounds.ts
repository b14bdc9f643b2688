/**
 * Times several contenders side by side: round after round, each in its turn, so that whatever else the machine
 * does falls on all of them alike. Input is made fresh for every round, outside the timing.
 */
import { median } from "./statistics.ts"

export interface Lane<Input> {
  readonly name: string
  /** How many calls one round makes. */
  readonly calls: number
  /** How many rounds count; others come before them, to warm up. */
  readonly rounds: number
  prepare(): Input | Promise<Input>
  run(input: Input): unknown
}

export interface Timing {
  readonly name: string
  /** The median round's nanoseconds per call. */
  readonly nanoseconds: number
}

/** Runs all lanes and tells what a call costs in each. A lane with fewer rounds has them spread over the others'. */
export async function timeLanes<Input>(lanes: readonly Lane<Input>[]): Promise<Timing[]> {
  const times = lanes.map((): number[] => [])
  const total = Math.max(...lanes.map(roundsWithWarmUp))
  for (let round = 0; round < total; round++)
    for (const [index, lane] of lanes.entries())
      if (isDue(lane, round, total)) times[index]?.push(await timeRound(lane))
  return lanes.map(({ name, calls, rounds }, index) => ({
    name,
    nanoseconds: median((times[index] ?? []).slice(-rounds)) / calls,
  }))
}

function roundsWithWarmUp({ rounds }: { readonly rounds: number }): number {
  return rounds + Math.ceil(rounds / 3)
}

function isDue(lane: { readonly rounds: number }, round: number, total: number): boolean {
  const share = roundsWithWarmUp(lane) / total
  return Math.floor((round + 1) * share) > Math.floor(round * share)
}

async function timeRound<Input>(lane: Lane<Input>): Promise<number> {
  const input = await lane.prepare()
  const started = process.hrtime.bigint()
  const answer = lane.run(input)
  // Only where there is something to wait for: a turn of the event loop would be timed with it.
  if (answer instanceof Promise) await answer
  return Number(process.hrtime.bigint() - started)
}

/** The same text as a string of its own: flat, not interned, its hash not yet computed, as a parsed event has it. */
export function fresh(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1")
}
