/** `decode`, `catalog`: what can be told without asking anybody. */
import type { Command } from "commander"
import type { Perform } from "./perform.ts"

export function declareOffline(program: Command, perform: Perform): void {
  program
    .command("decode")
    .argument("<token>", "a JWT, or - to read it from standard input")
    .description(
      "show what a token says, as routes and as the few permissions that mean them; verifies nothing",
    )
    .action(
      perform(async ({ output, setting }, _, token = "") => {
        const [{ runDecode }, { catalog }, { readStandardInput }] = await Promise.all([
          import("../commands/decode.ts"),
          import("@claimgate/catalog"),
          import("../standard-input.ts"),
        ])
        const text = token === "-" ? await readStandardInput(setting.terminal.input) : token
        runDecode(catalog, text, setting.now(), output)
        return undefined
      }),
    )
  program
    .command("catalog")
    .description("list the routes that permissions can name, with their permanent ids")
    .option("--retired", "also those that are gone")
    .action(
      perform<{ retired?: boolean }>(async ({ output }, { retired = false }) => {
        const [{ runCatalog }, { catalog, routes }] = await Promise.all([
          import("../commands/catalog.ts"),
          import("@claimgate/catalog"),
        ])
        runCatalog(catalog, routes, retired, output)
        return undefined
      }),
    )
}
