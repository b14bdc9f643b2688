/** How far the comparison is: a bar that fills on a terminal, a line for each door anywhere else. */

/** Is told what is going on. */
export interface Progress {
  /** That share of everything, 0 to 1, is done. */
  advance(share: number, doing: string): void
  /** One part is done, in one line. */
  finish(line: string): void
  /** Nothing more will come. */
  end(): void
}

/** Where text goes. */
export interface Output {
  readonly isTTY?: boolean | undefined
  write(text: string): unknown
}

const width = 30

/** Tells an output; a bar is drawn again where it stands, at most once for each step that can be seen. */
export function createProgress(output: Output): Progress {
  if (output.isTTY !== true)
    return {
      advance: () => undefined,
      finish: (line) => void output.write(`  ${line}\n`),
      end: () => undefined,
    }
  let drawn = ""
  const draw = (bar: string) => {
    if (bar === drawn) return
    drawn = bar
    output.write(`${toLineStart}${bar}`)
  }
  return {
    advance(share, doing) {
      const full = Math.round(Math.min(1, Math.max(0, share)) * width)
      draw(`  ${"█".repeat(full)}${"░".repeat(width - full)} ${Math.floor(share * 100)} % ${doing}`)
    },
    finish: () => undefined,
    end: () => draw(""),
  }
}

/** Tells nobody. */
export const silent: Progress = { advance: () => undefined, finish: () => undefined, end: () => undefined }

/** Back to the start of the line, which is cleared. */
const toLineStart = "\r\u001b[K"
