/** `claimgate`: reads the arguments, runs one command, exits with its code. */
import { run } from "./program.ts"

const { stdin, stdout, stderr, env } = process

// The AWS SDK would write on every start that a later version of it needs a later Node.js.
env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true"

// A reader such as `head` that has seen enough is no fault.
stdout.on("error", () => process.exit())

process.exitCode = await run(process.argv.slice(2), {
  streams: {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    hasColours: stdout.isTTY === true && stderr.isTTY === true && (env.NO_COLOR ?? "") === "",
    hasProgress: stderr.isTTY === true,
  },
  env,
  directory: process.cwd(),
  // Questions go beside the answer, which may be piped to somewhere.
  terminal: { input: stdin, output: stderr },
  fetch,
  now: Date.now,
  onInterrupt: (listener) => void process.once("SIGINT", listener),
})
