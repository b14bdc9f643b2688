/** Why each request was answered as it was: what gateway and functions wrote about it, put together by request id. */
import type { DeployedFunction } from "./functions.ts"
import type { RequestLogEntry } from "./gateway/request-log.ts"

/** Who wrote a line. */
export type Writer = Pick<DeployedFunction, "name" | "role">

export interface Evidence {
  /** Takes a line that a function wrote. */
  line(from: Writer, line: string): void
  /** Takes a request that the gateway answered. */
  request(entry: RequestLogEntry): void
  /** `authorizer: allowed → backend: refused, no_permission (store)`; empty where nobody said anything. */
  about(requestId: string): Promise<string>
}

/** Lines of a function arrive from its thread a moment after its answer; milliseconds between looks, and at most. */
const pause = 5
const patience = 500
const mostRequests = 1000

/** Collects evidence; `other` gets the lines that are about no request. */
export function createEvidence(other: (from: Writer, line: string) => void): Evidence {
  const found = new Map<string, Found>()
  const add = (requestId: string, change: Partial<Found>) => {
    if (found.size >= mostRequests) found.clear()
    const { said, lines } = found.get(requestId) ?? nothing
    found.set(requestId, { said: [...said, ...(change.said ?? [])], lines: change.lines ?? lines })
  }
  return {
    line(from, line) {
      const entry = parseLine(line)
      if (typeof entry?.requestId === "string")
        add(entry.requestId, { said: [`${from.role}: ${describe(entry)}`] })
      else other(from, line)
    },
    request({ requestId, error, authorizer }) {
      // Who was called writes a line about it; the gateway's own word comes on top.
      const functions = (authorizer === "called" ? 1 : 0) + (error === null ? 1 : 0)
      const said = error === null ? [] : [`gateway: ${error}`]
      add(requestId, { said, lines: functions + said.length })
    },
    async about(requestId) {
      const deadline = performance.now() + patience
      const isComplete = ({ said, lines }: Found) => said.length >= lines
      while (!isComplete(found.get(requestId) ?? nothing) && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, pause))
      const words = found.get(requestId)?.said ?? []
      found.delete(requestId)
      // The gateway comes last here, because it answers last; where a function gave the reason it adds nothing.
      return (words.length > 1 ? words.filter((one) => !one.startsWith("gateway: ")) : words).join(" → ")
    },
  }
}

interface Found {
  readonly said: readonly string[]
  /** How many are to come in all. */
  readonly lines: number
}

/** Before the gateway told of the request: it does so once it was answered, at the latest. */
const nothing: Found = { said: [], lines: Number.POSITIVE_INFINITY }

function describe(entry: Readonly<Record<string, unknown>>): string {
  const said = [entry.decision ?? entry.event, entry.because].filter((part) => typeof part === "string")
  return `${said.join(", ")}${entry.source === "store" ? " (store)" : ""}`
}

/** A log line's JSON object, or undefined for any other text. */
export function parseLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    // Any object can be read by name; its values stay unknown.
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
