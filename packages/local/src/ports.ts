/** Which ports the stack listens on: fixed ones that one can bookmark, or free ones where those are taken. */
import { createServer } from "node:net"
import { ClaimgateError } from "@claimgate/core"

export interface Ports {
  readonly httpApi: number
  readonly userPool: number
  readonly dynamo: number
}

const firstPort = 4700

/**
 * Finds ports for everything: from `chosen` on, or a `malformed_input` that names the taken one; without a choice
 * from 4700 on, and free ones (0) where one of those is taken.
 */
export async function choosePorts(chosen: number | undefined): Promise<Ports> {
  const first = chosen ?? firstPort
  const ports = { httpApi: first, userPool: first + 1, dynamo: first + 2 }
  for (const port of Object.values(ports)) {
    if (!(await isTaken(port))) continue
    if (chosen === undefined) return anyPorts
    throw new ClaimgateError(
      "malformed_input",
      `--port ${chosen}: port ${port} is taken: expected three free ports from there on`,
    )
  }
  return ports
}

/** Free ones, whichever. */
export const anyPorts: Ports = { httpApi: 0, userPool: 0, dynamo: 0 }

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once("error", () => resolve(true))
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(false)))
  })
}
