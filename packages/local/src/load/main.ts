/** `npm run load`: many clients at once against the local HTTP API, while permissions change. */
import { parseArgs } from "node:util"
import { runLoad } from "./load.ts"
import { formatLoad, isGood } from "./report.ts"

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true"

const usage = "usage: npm run load [-- [--connections N] [--seconds N] [--json]]"

try {
  const { connections, seconds, json } = readFlags()
  const report = await runLoad({ connections, seconds })
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : formatLoad(report)}\n`)
  process.exitCode = isGood(report) ? 0 : 1
} catch (fault) {
  process.stderr.write(`load: ${fault instanceof Error ? fault.message : fault}\n`)
  process.exitCode = 2
}

function readFlags() {
  const { values } = parseArgs({
    options: {
      connections: { type: "string", default: "50" },
      seconds: { type: "string", default: "60" },
      json: { type: "boolean", default: false },
    },
  })
  const number = (name: "connections" | "seconds") => {
    const text = values[name]
    if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
    throw new Error(`--${name} ${text}: expected a number from 1 to 9999\n${usage}`)
  }
  return { connections: number("connections"), seconds: number("seconds"), json: values.json }
}
