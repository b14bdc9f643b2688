/** What every part of the bench is asked for, and what it hands back. */

/** `quick` is a smoke run: everything once, too little of it to quote. */
export type Effort = "full" | "quick"

export type Cell = string | number

/** What is printed, and row by row what results.json holds. Numbers are rounded when they are written, not before. */
export interface Table {
  /** Unique over all parts; it says what was measured, and the unit where all columns share one. */
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** One bar that the project sets itself, and what came out. */
export interface Bar {
  readonly what: string
  /** `at most 48 characters`: how the measured number is to lie. */
  readonly sense: "at most" | "at least"
  readonly bar: number
  readonly measured: number
  readonly unit: string
}

export interface Outcome {
  readonly tables: readonly Table[]
  readonly bars: readonly Bar[]
  /** File names in docs/img, with the SVG text of each. */
  readonly pictures: Readonly<Record<string, string>>
}

export type Part = (effort: Effort) => Promise<Outcome>

export function holds({ sense, bar, measured }: Bar): boolean {
  return sense === "at most" ? measured <= bar : measured >= bar
}
