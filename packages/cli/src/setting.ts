/** What a process has around a command: everything that does not stand in its arguments. */
import type { Terminal } from "./confirm.ts"
import type { Streams } from "./output.ts"

export interface Setting {
  readonly streams: Streams
  /** Only main.ts reads the environment of the process. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where it was started: roles.yaml and the running local stack are looked for here. */
  readonly directory: string
  /** Where people are asked. */
  readonly terminal: Terminal
  readonly fetch: typeof fetch
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Has the first Ctrl-C call this instead of ending the process; the second one ends it as ever. */
  readonly onInterrupt: (listener: () => void) => void
}
