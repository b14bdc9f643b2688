/** `import`, `export`: all members, as JSON Lines. */
import { isAbsolute, join } from "node:path"
import type { Command } from "commander"
import type { WriteMembers } from "../commands/import.ts"
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
      "write the members of a file over those that are stored; the same file again goes on where it stopped",
    )
    .action(
      perform(async (invocation, _, file = "") => {
        const [{ runImport }, { createProgress }] = await Promise.all([
          import("../commands/import.ts"),
          import("../progress.ts"),
        ])
        const { agree, output, setting } = invocation
        const progress = (total: number) => createProgress(setting.streams, setting.now, total)
        const interrupted = whenInterrupted(setting)
        const way = invocation.breakGlass ? await pastApi(invocation) : await byApi(invocation)
        const deps = { ...way, agree, interrupted, createProgress: progress }
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

/** How members are written, and under whom the audit has it. */
interface Way {
  readonly write: WriteMembers
  readonly audited: string
}

async function byApi(invocation: Invocation): Promise<Way> {
  const { createApiImport } = await import("../import-api.ts")
  return { write: createApiImport(await invocation.api()), audited: "whoever asks" }
}

async function pastApi(invocation: Invocation): Promise<Way> {
  const [{ createDirectImport }, { catalog }] = await Promise.all([
    import("../commands/import.ts"),
    import("@claimgate/catalog"),
  ])
  const direct = await invocation.direct()
  return { write: createDirectImport(direct, catalog), audited: direct.identity }
}

/** Aborted by the first Ctrl-C, so that an import stops between two lines. */
function whenInterrupted({ onInterrupt }: Setting): AbortSignal {
  const controller = new AbortController()
  onInterrupt(() => controller.abort())
  return controller.signal
}
