/** `generation …`: which tokens are too old to be believed. */
import type { Command } from "commander"
import type { RaiseFlags } from "../commands/generation.ts"
import type { Perform } from "./perform.ts"

const load = () => import("../commands/generation.ts")

export function declareGeneration(program: Command, perform: Perform): void {
  const generation = program
    .command("generation")
    .description("the number that every older token is rechecked by; with the stage's own AWS credentials")
  generation
    .command("show", { isDefault: true })
    .description("show it, and whether an import is running")
    .action(
      perform(async ({ direct, output }) => {
        const { runGeneration } = await load()
        await runGeneration(await direct(), output)
        return undefined
      }),
    )
  generation
    .command("raise")
    .description(
      "raise it by one: every token that is out is rechecked until it is refreshed; only with --break-glass",
    )
    .option("--above <number>", "to one more than this, where it is not above it already")
    .action(
      perform<RaiseFlags>(async ({ breakGlass, direct, agree, output }, flags) => {
        const { parseRaiseFlags, runRaise } = await load()
        const above = parseRaiseFlags(flags, breakGlass)
        await runRaise(await direct(), above, agree, output)
        return undefined
      }),
    )
}
