/** `npm run local -- --tour`: starts the stack, walks through the story, compares the doors, and says what it took. */
import type { Comparison } from "../comparison/comparison.ts"
import type { Progress } from "../comparison/progress.ts"
import { createEvidence } from "../evidence.ts"
import { type Stack, startStack } from "../stack.ts"
import type { Step } from "./step.ts"

export interface TourReport {
  readonly ok: boolean
  readonly steps: readonly Step[]
  /** Left out where no requests were to be measured. */
  readonly comparison?: Comparison
  /** Milliseconds from the process's start to the first answered request. */
  readonly firstAnswerAfter: number
  /** Milliseconds from the process's start to the end. */
  readonly took: number
  /** Resident memory of the process, all functions in it, in MB. */
  readonly memory: number
  /** Seconds that the clock was moved instead of waited. */
  readonly virtualSeconds: number
}

/** Is told what happens. */
export interface Audience {
  /** A step, as soon as it was taken. */
  step(step: Step): void
  /** How far the comparison is. */
  readonly progress: Progress
}

/** Runs the tour; with that many requests per door in the comparison, or without one for 0. */
export async function runTour(requests: number, { step: told, progress }: Audience): Promise<TourReport> {
  const evidence = createEvidence(() => undefined)
  const [stack, { tellStory }] = await Promise.all([
    startStack({ onLine: evidence.line, onRequest: evidence.request }),
    // Loaded meanwhile: it brings the AWS SDK along.
    import("./story.ts"),
  ])
  try {
    const steps: Step[] = []
    let firstAnswerAfter = 0
    for await (const step of tellStory(stack, evidence)) {
      if (firstAnswerAfter === 0) firstAnswerAfter = Math.round(performance.now())
      steps.push(step)
      told(step)
    }
    const comparison = requests === 0 ? undefined : await compareDoors(stack, requests, progress)
    return {
      ok: steps.every(({ ok }) => ok) && comparison?.ok !== false,
      steps,
      ...(comparison && { comparison }),
      firstAnswerAfter,
      took: Math.round(performance.now()),
      memory: Math.round(process.memoryUsage.rss() / 1024 / 1024),
      virtualSeconds: Math.round(stack.clock.advanced() / 1000),
    }
  } finally {
    await stack.close()
  }
}

async function compareDoors(stack: Stack, requests: number, progress: Progress): Promise<Comparison> {
  const { compare, usualExtent } = await import("../comparison/comparison.ts")
  return compare(stack, { ...usualExtent, requests }, progress)
}

/** The last lines: how it went, and what it took. */
export function formatEnd({ steps, firstAnswerAfter, took, memory, virtualSeconds }: TourReport): string {
  const wrong = steps.filter((step) => !step.ok).length
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`
  return `
${wrong === 0 ? `all ${steps.length} steps went as they should` : `${wrong} of ${steps.length} steps went otherwise`}
first answer after ${seconds(firstAnswerAfter)}, everything after ${seconds(took)}, ${memory} MB of memory
${virtualSeconds} s of waiting were simulated by moving the clock`
}
