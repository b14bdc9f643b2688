/**
 * Everything on one machine: user pool, DynamoDB and gateways, wired to the very functions that are deployed, with
 * the bindings that SST would give them.
 */
import { catalog } from "@claimgate/catalog"
import { newestRelease, type Routes } from "@claimgate/core"
import type { PermissionStore } from "@claimgate/store"
import { type Addresses, jwksUriOf } from "./bindings.ts"
import { type Clock, installClock } from "./clock.ts"
import { type Closers, createClosers } from "./closers.ts"
import { prepareDataDir } from "./data-dir.ts"
import { type FunctionDeps, type RunningDoor, startDeployed, startDoors } from "./door-functions.ts"
import type { DoorName } from "./doors.ts"
import type { DynamoServer } from "./dynamo/server.ts"
import { openDoors } from "./front-doors.ts"
import { triggerFunction } from "./functions.ts"
import type { RequestLogEntry } from "./gateway/request-log.ts"
import type { Identity } from "./identity.ts"
import { functionToCome } from "./lambda/function-to-come.ts"
import type { RunningFunction } from "./lambda/running-function.ts"
import { anyPorts, type Ports } from "./ports.ts"
import { keepSaved, openTables, startStandIns } from "./stand-ins.ts"
import { together } from "./together.ts"

export interface StackOptions {
  readonly ports?: Ports
  /** Keeps tables and user pool; without one they are gone with the process. */
  readonly dataDir?: string | undefined
  /** Each line that a function wrote. */
  readonly onLine?: FunctionDeps["onLine"]
  /** Each request that a gateway answered, and by which door it came. */
  readonly onRequest?: (entry: RequestLogEntry, door: DoorName) => void
}

/** A running stack. */
export interface Stack {
  readonly clock: Clock
  readonly dynamo: DynamoServer
  readonly identity: Identity
  readonly store: PermissionStore
  /** The trigger's and all doors'; those that no request has started yet among them. */
  readonly functions: readonly RunningFunction[]
  /** Base addresses; of a REST API with its stage. */
  readonly addresses: Addresses & { readonly doors: Readonly<Record<DoorName, string>> }
  /** The `sub` of a seeded person, by e-mail address. */
  subject(email: string): Promise<string>
  /** How often a door's functions read permissions while no request was waiting for that. */
  laterReads(door: DoorName): number
  /** Has a listener told, by name, of each function that a request starts from now on. */
  whenStarted(listener: (name: string) => void): void
  /** Deploys a changed route table to all gateways. */
  deployRoutes(changed: Routes): void
  /** Stops everything, and writes what the data directory is to keep. */
  close(): Promise<void>
}

/** Starts the stack. Rejects with one line that says what could not start; nothing is left running then. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const clock = installClock()
  const closers = createClosers()
  closers.add(clock.uninstall)
  try {
    if (options.dataDir !== undefined) await prepareDataDir(options.dataDir)
    return { ...(await assemble(options, clock, closers)), close: closers.closeAll }
  } catch (fault) {
    // Why it did not start is what counts.
    await closers.closeAll().catch(() => undefined)
    throw fault
  }
}

async function assemble(
  { ports = anyPorts, dataDir, onLine = () => undefined, onRequest = () => undefined }: StackOptions,
  clock: Clock,
  closers: Closers,
): Promise<Omit<Stack, "close">> {
  const trigger = functionToCome("trigger")
  const coldStarts = createAnnouncer()
  // Side by side: functions are bundled while their addresses come to be, and load while the tables are filled.
  const beginning = startStandIns(trigger, { ports, dataDir, clock, closers })
  const known = beginning.then(({ addresses }) => addresses)
  // Functions ask for it when they have been bundled: too late to be the first who look at a failure.
  known.catch(() => undefined)
  const deps: FunctionDeps = { clock, closers, onLine, onColdStart: coldStarts.announce }
  const [standIns, store, started, doors] = await together([
    beginning,
    openTables(beginning, closers),
    startDeployed(triggerFunction(known), deps),
    startDoors(known, deps),
  ])
  trigger.become(started)
  // As after a deploy: every function knows the release by now, so tokens may be minted for it.
  await store.putRelease(newestRelease(catalog).fingerprint)
  // Only from here on: a start that failed half-way must not be what the next one takes up.
  await keepSaved(standIns.identity, closers)
  const jwksUri = jwksUriOf(standIns.addresses)
  const { addresses, deployRoutes } = await openDoors(doors, ports, { clock, closers, onRequest, jwksUri })
  return {
    ...{ ...standIns, clock, store, deployRoutes },
    functions: [started, ...Object.values(doors).flatMap(functionsBehind)],
    addresses: { ...standIns.addresses, doors: addresses },
    laterReads: (door) => doors[door].laterReads(),
    whenStarted: coldStarts.listen,
  }
}

function functionsBehind({ authorizer, backend }: RunningDoor): readonly RunningFunction[] {
  return authorizer === undefined ? [backend] : [authorizer, backend]
}

/** Tells names to whoever came to listen by then. */
function createAnnouncer() {
  const listeners: ((name: string) => void)[] = []
  return {
    announce: (name: string) => {
      for (const listener of listeners) listener(name)
    },
    listen: (listener: (name: string) => void) => void listeners.push(listener),
  }
}
