/** The gateways of all doors, each on a port of its own. */
import { routes } from "@claimgate/catalog"
import type { Routes } from "@claimgate/core"
import type { Clock } from "./clock.ts"
import type { Closers } from "./closers.ts"
import type { RunningDoor } from "./door-functions.ts"
import { deployDoor, restStage } from "./door-gateway.ts"
import { type DoorName, doorNames, doors } from "./doors.ts"
import type { Gateway } from "./gateway/gateway.ts"
import type { HttpRequest } from "./gateway/http-message.ts"
import { httpApiLimits } from "./gateway/limits.ts"
import type { RequestLogEntry } from "./gateway/request-log.ts"
import { listen } from "./gateway/server.ts"
import type { Ports } from "./ports.ts"
import { recordOf } from "./record-of.ts"
import { together } from "./together.ts"

export interface GatewayDeps {
  readonly clock: Clock
  readonly closers: Closers
  /** Where the user pool publishes its keys. */
  readonly jwksUri: string
  /** Each request that a gateway answered. */
  readonly onRequest: (entry: RequestLogEntry, door: DoorName) => void
}

/** Open doors. */
export interface FrontDoors {
  /** `http://127.0.0.1:4700`, with the stage behind it for a REST API. */
  readonly addresses: Readonly<Record<DoorName, string>>
  /** Deploys a changed route table to all of them, or to none where one of them would not take it. */
  deployRoutes(changed: Routes): void
}

/** Deploys the gateways and listens. Rejects where a port is taken. */
export async function openDoors(
  running: Readonly<Record<DoorName, RunningDoor>>,
  ports: Ports,
  deps: GatewayDeps,
): Promise<FrontDoors> {
  const deployAll = (table: Routes) => recordOf(doorNames, (door) => deploy(door, running[door], table, deps))
  let gateways = deployAll(routes)
  const listening = await together(
    doorNames.map(async (door) => {
      const handle = (request: HttpRequest) => gateways[door].handle(request)
      const one = await listen(handle, ports[door], httpApiLimits.payloadBytes)
      deps.closers.add(() => one.close())
      return one.port
    }),
  )
  return {
    addresses: recordOf(doorNames, (door, at) => addressOf(door, listening[at] ?? 0)),
    deployRoutes(changed) {
      gateways = deployAll(changed)
    },
  }
}

function addressOf(door: DoorName, port: number): string {
  return `http://127.0.0.1:${port}${doors[door].gateway === "REST API" ? `/${restStage}` : ""}`
}

function deploy(
  door: DoorName,
  { authorizer, backend }: RunningDoor,
  table: Routes,
  { clock, jwksUri, onRequest }: GatewayDeps,
): Gateway {
  const log = (entry: RequestLogEntry) => onRequest(entry, door)
  return deployDoor(door, table, { authorizer, backend, jwksUri }, { now: clock.now, log })
}
