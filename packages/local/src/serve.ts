/** `npm run local` without the tour: starts, tells what to try and what happens, and stops on Ctrl-C. */
import { createEvidence, parseLine } from "./evidence.ts"
import { type Flags, usage } from "./flags.ts"
import type { RequestLogEntry } from "./gateway/request-log.ts"
import { checkReadable, importFile } from "./import-file.ts"
import { choosePorts } from "./ports.ts"
import { startStack } from "./stack.ts"
import { watchSources } from "./watch.ts"
import { formatWelcome } from "./welcome.ts"

/** Runs until a signal ends it; returns the exit code. What fails on the way stops everything, and rejects. */
export async function serve(
  { help, port, data, import: file }: Flags,
  say: (line: string) => void,
): Promise<number> {
  if (help) {
    say(usage)
    return 0
  }
  // Listened to from the start, so that one who is in a hurry does not leave half a data directory behind.
  const stopped = new Promise<void>((resolve) => {
    process.once("SIGINT", resolve)
    process.once("SIGTERM", resolve)
  })
  const evidence = createEvidence((name, line) => say(`  ${name}: ${formatLine(line)}`))
  const onRequest = (entry: RequestLogEntry) => {
    evidence.request(entry)
    void evidence.about(entry.requestId).then((why) => say(formatRequest(entry, why)))
  }
  if (file !== undefined) await checkReadable(file)
  const ports = await choosePorts(port)
  const stack = await startStack({ ports, dataDir: data, onLine: evidence.line, onRequest })
  try {
    say(formatWelcome(stack, { isMoved: ports.httpApi === 0, data }))
    if (file !== undefined) for (const line of await importFile(stack.store, file)) say(line)
    const stopWatching = watchSources(stack, say)
    await stopped
    say("stopping")
    await stopWatching()
  } finally {
    await stack.close()
  }
  return 0
}

function formatRequest({ status, method, path, milliseconds }: RequestLogEntry, why: string): string {
  return `  ${status} ${method} ${path}  ${why}  ${milliseconds.total.toFixed(1)} ms`
}

/** The trigger's line as a sentence; whatever else a function writes, as it is. */
function formatLine(line: string): string {
  const entry = parseLine(line)
  if (entry?.event !== "pre_token") return line
  const { subject, outcome, claimLength, because } = entry
  return `token for ${subject}: ${outcome}${claimLength === undefined ? "" : `, ${claimLength} characters of permissions`}${because === undefined ? "" : `, ${because}`}`
}
