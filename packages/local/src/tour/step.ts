/** One step of the story: what was done, what came of it, and what should have. */
export interface Step {
  readonly title: string
  /** The call, as one would write it. */
  readonly did: string
  readonly result: string
  /** Why it was decided so, from the decision log; empty where nothing was decided. */
  readonly because: string
  readonly expected: string
  readonly ok: boolean
}

/** Three lines, a fourth where it went otherwise. */
export function formatStep({ title, did, result, because, expected, ok }: Step): string {
  const lines = [
    `${ok ? "✓" : "✗"} ${title}`,
    `    ${did}`,
    `    → ${result}${because === "" ? "" : `  (${because})`}`,
  ]
  return ok ? lines.join("\n") : [...lines, `    expected ${expected}`].join("\n")
}
