/** A bar that is drawn over itself while something takes long; nothing at all where no terminal shows it. */
import type { Streams } from "./output.ts"

export interface Progress {
  /** `done` of the total, with a word on it. */
  at(done: number, word: string): void
  /** Takes the bar away again. */
  end(): void
}

/** Milliseconds between two drawings. */
const pause = 100
const width = 30

/** Makes a bar; without a total there is only the word. */
export function createProgress(
  { err, hasProgress }: Pick<Streams, "err" | "hasProgress">,
  now: () => number,
  total?: number,
): Progress {
  let drawnAt = -Infinity
  return {
    at(done, word) {
      if (!hasProgress || now() - drawnAt < pause) return
      drawnAt = now()
      err(`\r\u001b[K${total === undefined ? "" : barOf(done, total)}${word}`)
    },
    end() {
      if (drawnAt > -Infinity) err("\r\u001b[K")
    },
  }
}

function barOf(done: number, total: number): string {
  const part = total === 0 ? 1 : Math.min(1, done / total)
  const full = Math.round(part * width)
  return `[${"#".repeat(full)}${"-".repeat(width - full)}] ${String(Math.floor(part * 100)).padStart(3)} %  `
}
