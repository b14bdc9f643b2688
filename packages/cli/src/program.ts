/** The command line as a whole: its flags, its groups of commands, and what becomes of a fault. */
import { Command, CommanderError } from "commander"
import { declareBulk } from "./declare/bulk.ts"
import { declareGeneration } from "./declare/generation.ts"
import { declareMembers } from "./declare/members.ts"
import { declareOffline } from "./declare/offline.ts"
import type { Perform } from "./declare/perform.ts"
import { declareQuestions } from "./declare/questions.ts"
import { declareRoles } from "./declare/roles.ts"
import { exitCode, exitCodeOf, messageOf } from "./exit.ts"
import { createInvocation, type GlobalFlags } from "./invocation.ts"
import { printable } from "./output.ts"
import type { Setting } from "./setting.ts"

/** Runs the command line; gives the exit code and never rejects. */
export async function run(args: readonly string[], setting: Setting): Promise<number> {
  let code: number = exitCode.done
  const perform: Perform =
    (action) =>
    async (...given) => {
      // Commander hands over arguments, a list for the last one where it takes many, then options, then the command.
      const command = given.at(-1) as Command
      const options = command.optsWithGlobals<GlobalFlags>()
      const texts = given.slice(0, -2).flat() as string[]
      code = (await action(createInvocation(options, setting), options as never, ...texts)) ?? exitCode.done
    }
  try {
    await declare(perform, setting).parseAsync([...args], { from: "user" })
    return code
  } catch (fault) {
    // Commander has said already what was wrong with a flag.
    if (fault instanceof CommanderError) return fault.exitCode === 0 ? exitCode.done : exitCode.usage
    setting.streams.err(`claimgate: ${printable(withoutTokens(messageOf(fault)))}\n`)
    return exitCodeOf(fault)
  }
}

function declare(perform: Perform, { streams }: Setting): Command {
  const program = new Command("claimgate")
    .description("API permissions for Amazon Cognito and API Gateway: who may what, and why")
    .option("--stage <stage>", "the stage to work on: local, or the one that `sst shell` was started for")
    .option("--as <email>", "who asks, instead of a token in CLAIMGATE_TOKEN")
    .option("--json", "print one JSON document instead of text")
    .option("--yes", "do not ask before something is changed")
    .option("--break-glass", "past the admin API, with the stage's own AWS credentials")
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: (text) => streams.err(cleanLines(text)) })
    .showHelpAfterError("(--help says what there is)")
  for (const group of [
    declareMembers,
    declareRoles,
    declareQuestions,
    declareBulk,
    declareGeneration,
    declareOffline,
  ])
    group(program, perform)
  return program
}

/** What was typed may be repeated to whoever typed it, but for tokens: error output ends up in logs. */
function withoutTokens(text: string): string {
  return text.replace(/[\w.-]+/g, (word) => (word.includes("eyJ") && word.includes(".") ? "<token>" : word))
}

function cleanLines(text: string): string {
  return withoutTokens(text).split("\n").map(printable).join("\n")
}
