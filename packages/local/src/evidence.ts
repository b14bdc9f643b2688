/** Why each request was answered as it was: what gateway and functions wrote about it, put together by request id. */
import type { RequestLogEntry } from "./gateway/request-log.ts"

export interface Evidence {
  /** Takes a line that a function wrote. */
  line(functionName: string, line: string): void
  /** Takes a request that the gateway answered. */
  request(entry: RequestLogEntry): void
  /** `authorizer: allowed → backend: refused, no_permission (store)`; empty where nobody said anything. */
  about(requestId: string): Promise<string>
}

/** Lines of a function arrive from its thread a moment after its answer. */
const lag = 25
const mostRequests = 1000

/** Collects evidence; `other` gets the lines that are about no request. */
export function createEvidence(other: (functionName: string, line: string) => void): Evidence {
  const found = new Map<string, string[]>()
  const add = (requestId: string, words: string) => {
    if (found.size >= mostRequests) found.clear()
    found.set(requestId, [...(found.get(requestId) ?? []), words])
  }
  return {
    line(functionName, line) {
      const entry = parseLine(line)
      if (typeof entry?.requestId === "string") add(entry.requestId, `${functionName}: ${describe(entry)}`)
      else other(functionName, line)
    },
    request({ requestId, error }) {
      if (error !== null) add(requestId, `gateway: ${error}`)
    },
    async about(requestId) {
      await new Promise((resolve) => setTimeout(resolve, lag))
      const words = found.get(requestId) ?? []
      found.delete(requestId)
      // The gateway comes last here, because it answers last; where a function gave the reason it adds nothing.
      return (words.length > 1 ? words.filter((one) => !one.startsWith("gateway: ")) : words).join(" → ")
    },
  }
}

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
