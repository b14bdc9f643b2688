/** `npm run local -- --tour`: starts the stack, walks through the story, and says what it took. */
import { createEvidence } from "./evidence.ts"
import { startStack } from "./stack.ts"
import type { Step } from "./story.ts"

export interface TourReport {
  readonly ok: boolean
  readonly steps: readonly Step[]
  /** Milliseconds from the process's start to the first answered request. */
  readonly firstAnswerAfter: number
  /** Milliseconds from the process's start to the end. */
  readonly took: number
  /** Resident memory of the process, all functions in it, in MB. */
  readonly memory: number
  /** Seconds that the clock was moved instead of waited. */
  readonly virtualSeconds: number
}

/** Runs the tour; `told` gets each step as soon as it was taken. */
export async function runTour(told: (step: Step) => void): Promise<TourReport> {
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
    return {
      ok: steps.every((step) => step.ok),
      steps,
      firstAnswerAfter,
      took: Math.round(performance.now()),
      memory: Math.round(process.memoryUsage.rss() / 1024 / 1024),
      virtualSeconds: stack.clock.advanced() / 1000,
    }
  } finally {
    await stack.close()
  }
}

/** One step, three lines, a fourth where it went otherwise. */
export function formatStep({ title, did, result, because, expected, ok }: Step): string {
  const lines = [
    `${ok ? "✓" : "✗"} ${title}`,
    `    ${did}`,
    `    → ${result}${because === "" ? "" : `  (${because})`}`,
  ]
  return ok ? lines.join("\n") : [...lines, `    expected ${expected}`].join("\n")
}

/** The last lines: how it went, and what it took. */
export function formatEnd({ ok, steps, firstAnswerAfter, took, memory, virtualSeconds }: TourReport): string {
  const wrong = steps.filter((step) => !step.ok).length
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`
  return `
${ok ? `all ${steps.length} steps went as they should` : `${wrong} of ${steps.length} steps went otherwise`}
first answer after ${seconds(firstAnswerAfter)}, everything after ${seconds(took)}, ${memory} MB of memory
${virtualSeconds} s of waiting were simulated by moving the clock`
}
