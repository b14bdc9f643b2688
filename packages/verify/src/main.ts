/** `npm run verify`: checks what nobody has verified on real AWS, against a stage or the local stack. */
import { spawn } from "node:child_process"
import { relative } from "node:path"
import { fileURLToPath } from "node:url"
import { ClaimgateError } from "@claimgate/core"
import { checks } from "./checks/all.ts"
import { run } from "./command.ts"

const { argv, env, stdout, stderr } = process

// The AWS SDK warns on Node.js 20, which is what this runs on at the least.
env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true"

// What was made is taken away first; the second time means it.
let isStopped = false
process.once("SIGINT", () => {
  isStopped = true
})
process.once("SIGTERM", () => {
  isStopped = true
})

try {
  process.exitCode = await run(argv.slice(2), {
    environment: env,
    out: (text) => void stdout.write(text),
    progress: (text) => void (stderr.isTTY === true && stderr.write(`\r\u001b[K${text}`)),
    // From here on: `sst shell` breaks arguments at blanks, and directories above may have some.
    self: ["node", "--import", "tsx", relative(process.cwd(), fileURLToPath(import.meta.url))],
    runProgram,
    isStopped: () => isStopped,
    checks,
  })
} catch (fault) {
  stderr.write(`verify: ${fault instanceof Error ? fault.message : fault}\n`)
  process.exitCode = fault instanceof ClaimgateError && fault.code === "malformed_input" ? 2 : 1
}

/** Signals reach the other program as well, which has something to take away: its end is waited for. */
function runProgram(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit" })
    process.once("SIGTERM", () => void child.kill("SIGTERM"))
    child.once("error", reject)
    child.once("close", (code) => resolve(code ?? 1))
  })
}
