/** What may go wrong with Redis, by name: messages can repeat commands, and commands hold keys and passwords. */

/** The fault's own short name: `ECONNREFUSED`, `READONLY`, `TIMEOUT`, `CLOSED`. */
export function faultName(fault: unknown): string {
  if (!(fault instanceof Error)) return "UNKNOWN"
  if ("code" in fault && typeof fault.code === "string") return fault.code
  if (isReply(fault)) return /^[A-Z]+/.exec(fault.message)?.[0] ?? "ERR"
  return closed.test(fault.message) ? "CLOSED" : "UNKNOWN"
}

/** Whether Redis itself said it: the connection is sound then. */
export function isReply(fault: unknown): boolean {
  return fault instanceof Error && fault.name === "ReplyError"
}

/** A fault that is known by its name alone. */
export function faultNamed(name: string): Error {
  return Object.assign(new Error(name), { code: name })
}

/** ioredis' own words for a command on a connection that ended. */
const closed = /^(?:Connection is closed|Stream isn't writeable)/

/** Waits no longer than so many milliseconds, then rejects with `TIMEOUT`; what `work` says later is heard by nobody. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    // One more turn: after a pause of this very process the answer may be here already, unread.
    timer = setTimeout(() => setImmediate(reject, timeout), milliseconds)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}

const timeout = faultNamed("TIMEOUT")
