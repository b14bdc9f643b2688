/** `npm run local`: the whole stack in one process; with `--tour` it tells its own story and exits. */
import { ClaimgateError } from "@claimgate/core"
import { parseFlags } from "./flags.ts"

// The AWS SDK warns on Node.js 20, which is what this runs on at the least.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true"

const say = (line: string) => void process.stdout.write(`${line}\n`)

try {
  const flags = parseFlags(process.argv.slice(2))
  // Loaded when they are needed: a wrong flag is answered at once.
  process.exitCode = flags.tour
    ? await tour(flags.json)
    : await (await import("./serve.ts")).serve(flags, say)
} catch (fault) {
  process.stderr.write(`local: ${fault instanceof Error ? fault.message : fault}\n`)
  process.exitCode = fault instanceof ClaimgateError && fault.code === "malformed_input" ? 2 : 1
}

async function tour(json: boolean): Promise<number> {
  const { formatEnd, formatStep, runTour } = await import("./tour.ts")
  const report = await runTour(json ? () => undefined : (step) => say(formatStep(step)))
  say(json ? JSON.stringify(report, null, 2) : formatEnd(report))
  return report.ok ? 0 : 1
}
