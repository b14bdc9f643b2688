/** `npm run local:shell -- <command>`: runs a command bound to the running local stack, as `sst shell` does to a stage. */
import { spawn } from "node:child_process"
import { ClaimgateError } from "@claimgate/core"
import { localEnvironment } from "./local-file.ts"

try {
  const [command, ...args] = process.argv.slice(2).filter((arg, at) => at > 0 || arg !== "--")
  if (command === undefined)
    throw new ClaimgateError("malformed_input", "usage: npm run local:shell -- <command> [arguments]")
  process.exitCode = await run(command, args, await localEnvironment(process.env, process.cwd()))
} catch (fault) {
  process.stderr.write(`local:shell: ${fault instanceof Error ? fault.message : fault}\n`)
  process.exitCode = fault instanceof ClaimgateError && fault.code === "malformed_input" ? 2 : 1
}

/** The command's own exit code; 1 where a signal ended it. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: "inherit" })
    // A terminal tells both; the command ends as it sees fit, and then this does.
    process.on("SIGINT", () => undefined)
    process.on("SIGTERM", () => child.kill("SIGTERM"))
    child.once("error", reject)
    child.once("close", (code) => resolve(code ?? 1))
  })
}
