/** `npm run local` without the tour: starts, tells what to try and what happens, and stops on Ctrl-C. */
import type { DoorName } from "./doors.ts"
import { createEvidence, parseLine } from "./evidence.ts"
import { type Flags, usage } from "./flags.ts"
import type { RequestLogEntry } from "./gateway/request-log.ts"
import { checkReadable, importFile } from "./import-file.ts"
import { choosePorts } from "./ports.ts"
import { startStack } from "./stack.ts"
import { writeStackFile } from "./stack-file.ts"
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
  const evidence = createEvidence(({ name }, line) => say(`  ${name}: ${formatLine(line)}`))
  const onRequest = (entry: RequestLogEntry, door: DoorName) => {
    evidence.request(entry)
    void evidence.about(entry.requestId).then((why) => say(formatRequest(entry, door, why)))
  }
  if (file !== undefined) await checkReadable(file)
  const ports = await choosePorts(port)
  const stack = await startStack({ ports, dataDir: data, onLine: evidence.line, onRequest })
  const { machineSecret } = stack.identity
  const forgetStack = await writeStackFile({ ...stack.addresses, machineSecret }).catch(async (fault) => {
    await stack.close()
    throw fault
  })
  try {
    say(formatWelcome(stack, { isMoved: ports.hybrid === 0, data }))
    if (file !== undefined) for (const line of await importFile(stack.store, file)) say(line)
    const stopWatching = watchSources(stack, say)
    await stopped
    say("stopping")
    await stopWatching()
  } finally {
    await forgetStack()
    await stack.close()
  }
  return 0
}

/** The door is named where it is not the usual one, reads where there were any. */
function formatRequest(entry: RequestLogEntry, door: DoorName, why: string): string {
  const { status, method, path, storeReads, milliseconds } = entry
  return [
    `  ${status} ${method} ${path}`,
    ...(door === "hybrid" ? [] : [`at ${door}`]),
    why,
    ...(storeReads === 0 ? [] : [`${storeReads} store ${storeReads === 1 ? "read" : "reads"}`]),
    `${milliseconds.total.toFixed(1)} ms`,
  ].join("  ")
}

/** The trigger's line as a sentence; whatever else a function writes, as it is. */
function formatLine(line: string): string {
  const entry = parseLine(line)
  if (entry?.event !== "pre_token") return line
  const { subject, outcome, claimLength, because } = entry
  return `token for ${subject}: ${outcome}${claimLength === undefined ? "" : `, ${claimLength} characters of permissions`}${because === undefined ? "" : `, ${because}`}`
}
