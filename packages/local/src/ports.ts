/** Which ports the stack listens on: fixed ones that one can bookmark, or free ones where those are taken. */
import { createServer } from "node:net"
import { ClaimgateError } from "@claimgate/core"
import type { DoorName } from "./doors.ts"
import { recordOf } from "./record-of.ts"

/** Everything that listens, in order of port. */
export const listeners = [
  "hybrid",
  "userPool",
  "dynamo",
  "claims",
  "cached",
  "backend",
  "claims-rest",
  "backend-rest",
] as const satisfies readonly (DoorName | "userPool" | "dynamo")[]

export type Listener = (typeof listeners)[number]

/** A port for each; 0 is a free one, whichever. */
export type Ports = Readonly<Record<Listener, number>>

const firstPort = 4700

/**
 * Finds ports for everything: from `chosen` on, or a `malformed_input` that names the taken one; without a choice
 * from 4700 on, and free ones (0) where one of those is taken.
 */
export async function choosePorts(chosen: number | undefined): Promise<Ports> {
  const ports = portsFrom(chosen ?? firstPort)
  for (const port of Object.values(ports)) {
    if (!(await isTaken(port))) continue
    if (chosen === undefined) return anyPorts
    throw new ClaimgateError(
      "malformed_input",
      `--port ${chosen}: port ${port} is taken: expected ${listeners.length} free ports from there on`,
    )
  }
  return ports
}

/** Free ones, whichever. */
export const anyPorts: Ports = recordOf(listeners, () => 0)

/** One after another from that one on. */
export function portsFrom(first: number): Ports {
  return recordOf(listeners, (_, at) => first + at)
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once("error", () => resolve(true))
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(false)))
  })
}
