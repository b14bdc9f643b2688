/** `claimgate import`: a file of members, many at a time; every line stands for itself. */
import { stat } from "node:fs/promises"
import type { Catalog } from "@claimgate/core"
import { type ImportReport, importMembers, newAttribution } from "@claimgate/store"
import { Unconfirmed } from "../confirm.ts"
import type { Direct } from "../direct.ts"
import { exitCode } from "../exit.ts"
import { linesOf } from "../lines.ts"
import type { Output } from "../output.ts"
import type { Progress } from "../progress.ts"
import type { Agree } from "./members.ts"

/** Writes the members of lines; `warn` is given what has to be known beside the fault that it throws. */
export type WriteMembers = (
  lines: AsyncIterable<string>,
  warn: (line: string) => void,
) => Promise<ImportReport>

export interface ImportDeps {
  readonly write: WriteMembers
  /** Whom the audit will have. */
  readonly audited: string
  readonly agree: Agree
  /** Given the bytes of the file. */
  readonly createProgress: (total: number) => Progress
  /** Aborted by whoever wants to stop: what was written by then stays, and the import ends. */
  readonly interrupted: AbortSignal
}

/** The way past the admin API, to the table. */
export function createDirectImport({ store, identity }: Direct, catalog: Catalog): WriteMembers {
  return (lines) => importMembers(store, lines, newAttribution(identity, "import"), { catalog })
}

/** Imports a file. Exit code 1 where a line was refused; the same file again goes on where it stopped. */
export async function runImport(
  { write, audited, agree, createProgress, interrupted }: ImportDeps,
  file: string,
  output: Output,
): Promise<number> {
  const { size } = await stat(file)
  output.say(
    `${file}, ${size} bytes: each member of it is written over the one that is stored, disabled ones stay so`,
  )
  output.say(`every token is rechecked once, as after any import; audited under ${audited}`)
  await agree(`Import ${file}?`)
  const progress = createProgress(size)
  try {
    const report = await write(shown(file, progress, interrupted), (line) => {
      progress.end()
      output.say(line)
    })
    progress.end()
    output.answer(report, describe(report, output))
    return report.refused.length === 0 ? exitCode.done : exitCode.refused
  } finally {
    progress.end()
  }
}

async function* shown(file: string, progress: Progress, interrupted: AbortSignal): AsyncGenerator<string> {
  let count = 0
  for await (const { text, read } of linesOf(file)) {
    if (interrupted.aborted)
      throw new Unconfirmed(
        `import stopped after line ${count}: import the file again to go on, what is stored is skipped`,
      )
    progress.at(read, `${++count} lines`)
    yield text
  }
}

/** Refused lines that are shown to people; `--json` has all. */
const mostShown = 50

function describe({ imported, unchanged, refused, unknownRoles }: ImportReport, { style }: Output): string[] {
  const more = refused.length - mostShown
  return [
    ...refused.slice(0, mostShown).map(({ line, message }) => style.bad(`line ${line}: ${message}`)),
    ...(more > 0 ? [`and ${more} more lines, which --json has`] : []),
    `${imported} written, ${unchanged} stored already, ${refused.length} refused`,
    ...(unknownRoles.length > 0
      ? [`roles that are not stored and grant nothing yet: ${unknownRoles.join(", ")}`]
      : []),
  ]
}
