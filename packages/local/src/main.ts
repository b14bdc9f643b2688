/** `npm run local`: the whole stack in one process; with `--tour` it tells its own story and exits. */
import { ClaimgateError } from "@claimgate/core"
import { type Flags, parseFlags } from "./flags.ts"

// The AWS SDK warns on Node.js 20, which is what this runs on at the least.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true"

const say = (line: string) => void process.stdout.write(`${line}\n`)

try {
  const flags = parseFlags(process.argv.slice(2))
  // Loaded when they are needed: a wrong flag is answered at once.
  process.exitCode = flags.tour ? await tour(flags) : await (await import("./serve.ts")).serve(flags, say)
} catch (fault) {
  process.stderr.write(`local: ${fault instanceof Error ? fault.message : fault}\n`)
  process.exitCode = fault instanceof ClaimgateError && fault.code === "malformed_input" ? 2 : 1
}

/** With `--json` only the document itself goes to standard output. */
async function tour({ json, requests }: Flags): Promise<number> {
  const [{ formatEnd, runTour }, { formatStep }, { createProgress, silent }] = await Promise.all([
    import("./tour/tour.ts"),
    import("./tour/step.ts"),
    import("./comparison/progress.ts"),
  ])
  const report = await runTour(requests, {
    step: (step) => (json ? undefined : say(formatStep(step))),
    progress: json ? silent : createProgress(process.stdout),
  })
  if (json) say(JSON.stringify(report, null, 2))
  else {
    if (report.comparison !== undefined) {
      // By now all that it needs is there; before the first step it would have been in the way.
      const { formatComparison } = await import("./comparison/table.ts")
      say(`\n${formatComparison(report.comparison)}`)
    }
    say(formatEnd(report))
  }
  return report.ok ? 0 : 1
}
