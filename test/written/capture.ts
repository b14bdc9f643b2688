/** For tests that want what is written: it goes to them instead of the stream, and is watched all the same. */
import { channel } from "node:diagnostics_channel"
import { vi } from "vitest"
import { lineChannel } from "../../packages/local/src/lambda/line-channel.ts"

const everyLine = channel(lineChannel)

/** Has `setup.ts` look at a text that reaches no stream of this process. */
export function noteWritten(text: string): void {
  everyLine.publish(text)
}

/** Puts what goes to standard output into a list, until mocks are restored. */
export function captureStdout(lines: string[]): void {
  vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    noteWritten(String(line))
    return lines.push(String(line)) > 0
  })
}
