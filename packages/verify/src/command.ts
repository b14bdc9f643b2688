/** `npm run verify`: finds the stage, puts the checks to it, prints what came of it. */
import { ClaimgateError, quote } from "@claimgate/core"
import { connect } from "./aws.ts"
import type { Check } from "./check.ts"
import { type Flags, parseFlags, usage } from "./flags.ts"
import { type OpenStage, openStage } from "./open-stage.ts"
import { readSettings, type Settings } from "./settings.ts"
import { type Environment, isBound, type Stage } from "./stage.ts"
import { formatTable } from "./table.ts"
import { isSound, verify } from "./verify.ts"

export interface CommandDeps {
  readonly environment: Environment
  readonly out: (text: string) => void
  /** Where somebody watches: what is being asked. */
  readonly progress: (text: string) => void
  /** How this very program is started again, without its arguments. */
  readonly self: readonly string[]
  /** Runs a program with this one's input and output, and answers its exit code. */
  readonly runProgram: (command: string, args: readonly string[]) => Promise<number>
  /** Whether somebody has asked to stop. */
  readonly isStopped: () => boolean
  readonly checks: readonly Check[]
}

/** Answers the exit code. Throws `malformed_input` for usage, and `malformed_configuration` for a stage that cannot be found. */
export async function run(args: readonly string[], deps: CommandDeps): Promise<number> {
  const flags = parseFlags(args)
  if (flags.help) {
    deps.out(`${usage}\n`)
    return 0
  }
  if (flags.stage !== undefined && flags.stage !== "local" && !isBound(deps.environment))
    return runInShell(flags.stage, args, deps)
  const open = await openStage(deps.environment)
  try {
    return await runAt(open, flags, deps)
  } finally {
    await open.close()
  }
}

/** `sst shell` knows the stage's bindings; what runs there finds them in its environment. */
function runInShell(
  stage: string,
  args: readonly string[],
  { self, runProgram }: CommandDeps,
): Promise<number> {
  // A stage's name has no blanks.
  const [command = "", ...shell] = `npx sst shell --stage ${stage} --`.split(" ")
  return runProgram(command, [...shell, ...self, ...args])
}

async function runAt({ stage }: OpenStage, { stage: name, json }: Flags, deps: CommandDeps): Promise<number> {
  if (name !== undefined && name !== stage.name)
    throw new ClaimgateError(
      "malformed_configuration",
      `--stage ${quote(name)}: expected ${quote(stage.name)}, which the environment is bound to`,
    )
  const aws = connect(stage)
  try {
    const settings = await settingsOf(stage, deps.environment)
    const report = await verify({ stage, settings, aws }, deps.checks, {
      isStopped: deps.isStopped,
      onRow: ({ id }) => deps.progress(id),
    })
    deps.progress("")
    deps.out(json ? `${JSON.stringify(report, null, 2)}\n` : `${formatTable(report)}\n`)
    return isSound(report) ? 0 : 1
  } finally {
    aws.destroy()
  }
}

/** The local stack is not deployed, so no variable of a deployment speaks of it. */
async function settingsOf({ isLocal }: Stage, environment: Environment): Promise<Settings> {
  if (!isLocal) return readSettings(environment)
  const { webOrigin } = await import("@claimgate/local/src/doors.ts")
  return readSettings({ CORS_ORIGINS: webOrigin })
}
