/** `import`, `export`: all members, as JSON Lines. */
import { isAbsolute, join } from "node:path"
import type { Command } from "commander"
import type { Invocation } from "../invocation.ts"
import type { Setting } from "../setting.ts"
import type { Perform } from "./perform.ts"

const at = (file: string, { setting }: Invocation) =>
  isAbsolute(file) ? file : join(setting.directory, file)

export function declareBulk(program: Command, perform: Perform): void {
  program
    .command("import")
    .argument("<file>", 'JSON Lines: `{ "userId": …, "role": …, "permissions": […] }`')
    .description(
      "write the members of a file to the table; needs --break-glass; the same file again goes on where it stopped",
    )
    .action(
      perform(async (invocation, _, file = "") => {
        const [{ expectBreakGlass, runImport }, { catalog }, { createProgress }] = await Promise.all([
          import("../commands/import.ts"),
          import("@claimgate/catalog"),
          import("../progress.ts"),
        ])
        expectBreakGlass(invocation.breakGlass)
        const { agree, output, setting } = invocation
        const progress = (total: number) => createProgress(setting.streams, setting.now, total)
        const interrupted = whenInterrupted(setting)
        const deps = { ...(await invocation.direct()), catalog, agree, interrupted, createProgress: progress }
        return runImport(deps, at(file, invocation), output)
      }),
    )
  program
    .command("export")
    .argument("[file]", "where to; standard output where none is named")
    .description("write all members as JSON Lines, which import takes")
    .action(
      perform(async (invocation, _, file) => {
        const [{ runExport, runExportOut }, { createProgress }] = await Promise.all([
          import("../commands/export.ts"),
          import("../progress.ts"),
        ])
        const { output, setting } = invocation
        const door = await invocation.door()
        const progress = createProgress(setting.streams, setting.now)
        if (file === undefined) await runExportOut(door, setting.streams.out)
        else await runExport(door, at(file, invocation), progress, output)
        return undefined
      }),
    )
}

/** Aborted by the first Ctrl-C, so that an import stops between two lines. */
function whenInterrupted({ onInterrupt }: Setting): AbortSignal {
  const controller = new AbortController()
  onInterrupt(() => controller.abort())
  return controller.signal
}
