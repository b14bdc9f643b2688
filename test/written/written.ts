/** Collects what the code under test writes, in one test file's own process or thread. */
import { subscribe } from "node:diagnostics_channel"
import { format } from "node:util"
import { lineChannel } from "../../packages/local/src/lambda/line-channel.ts"

let written: string[] = []
let stray: string[] = []

/** Everything since the last time that this was asked. */
export function takeWritten(): readonly string[] {
  const all = written
  written = []
  return all
}

/** The part of it that went to the process's own streams. */
export function takeStray(): readonly string[] {
  const all = stray
  stray = []
  return all
}

/** Begins; what is written goes on to where it was meant for. */
export function watchWritten(): void {
  for (const stream of [process.stdout, process.stderr]) watchStream(stream)
  watchConsole(console)
  // Functions have a thread each, whose lines the stack hands to whoever started it.
  subscribe(lineChannel, (line) => written.push(String(line)))
}

/** Notes what goes to a stream. */
export function watchStream(stream: NodeJS.WriteStream): void {
  const write = stream.write.bind(stream)
  const watched = (text: string | Uint8Array, ...rest: never[]): boolean => {
    note(typeof text === "string" ? text : Buffer.from(text).toString("utf8"))
    return write(text, ...rest)
  }
  // Every way to call it is covered above; the overloads cannot be written as one function.
  stream.write = watched as typeof stream.write
}

const methods = ["debug", "info", "log", "warn", "error", "trace"] as const

/** Notes what goes to a console. */
export function watchConsole(target: Pick<Console, (typeof methods)[number]>): void {
  for (const method of methods) {
    const own = target[method]
    target[method] = (...values: unknown[]) => {
      note(format(...values))
      own(...values)
    }
  }
}

function note(text: string): void {
  written.push(text)
  stray.push(text)
}
