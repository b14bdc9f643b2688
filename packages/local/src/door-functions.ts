/** The functions behind the doors, running: some from the start, others from their first request on. */
import type { Addresses } from "./bindings.ts"
import type { Clock } from "./clock.ts"
import type { Closers } from "./closers.ts"
import { type DoorName, doorNames, doors } from "./doors.ts"
import { type DeployedFunction, functionsOf } from "./functions.ts"
import { startAtFirstCall } from "./lambda/cold-start.ts"
import { type RunningFunction, startFunction } from "./lambda/running-function.ts"
import { recordOf } from "./record-of.ts"
import { readsOfAuthorizer, readsOfBackend } from "./store-reads.ts"
import { together } from "./together.ts"

/** What functions run with, and who hears of them. */
export interface FunctionDeps {
  readonly clock: Clock
  /** Stops each function with everything else. */
  readonly closers: Closers
  /** Each line that a function wrote. */
  readonly onLine: (from: Pick<DeployedFunction, "name" | "role">, line: string) => void
  /** Each function that a request has started. */
  readonly onColdStart: (name: string) => void
}

/** The functions of one door. */
export interface RunningDoor {
  readonly authorizer: RunningFunction | undefined
  readonly backend: RunningFunction
  /** How often they read permissions while no request was waiting for that, since they were started. */
  laterReads(): number
}

/** Starts those of the doors that are warm, and prepares the others. */
export async function startDoors(
  addresses: Promise<Addresses>,
  deps: FunctionDeps,
): Promise<Readonly<Record<DoorName, RunningDoor>>> {
  const started = await together(doorNames.map((door) => startDoor(door, addresses, deps)))
  // One for each door, in order.
  return recordOf(doorNames, (_, at) => started[at]!)
}

async function startDoor(
  door: DoorName,
  addresses: Promise<Addresses>,
  deps: FunctionDeps,
): Promise<RunningDoor> {
  let reads = 0
  const start = async (config: DeployedFunction, countReads: typeof readsOfBackend) => {
    const askedLater = (operation: string) => {
      reads += countReads([operation])
    }
    return doors[door].isWarm ? startDeployed(config, deps, askedLater) : startCold(config, deps, askedLater)
  }
  const { authorizer, backend } = functionsOf(door, addresses)
  const [first, second] = await together([
    authorizer === undefined ? Promise.resolve(undefined) : start(authorizer, readsOfAuthorizer),
    start(backend, readsOfBackend),
  ])
  return { authorizer: first, backend: second, laterReads: () => reads }
}

/** Starts one function now. */
export async function startDeployed(
  { role, ...config }: DeployedFunction,
  { clock, closers, onLine }: FunctionDeps,
  askedLater: (operation: string) => void = () => undefined,
): Promise<RunningFunction> {
  const log = (line: string) => onLine({ name: config.name, role }, line)
  const running = await startFunction(config, { clock, log, askedLater })
  closers.add(() => running.close())
  return running
}

function startCold(
  { role, ...config }: DeployedFunction,
  { clock, closers, onLine, onColdStart }: FunctionDeps,
  askedLater: (operation: string) => void,
): RunningFunction {
  const log = (line: string) => onLine({ name: config.name, role }, line)
  const start = async () => {
    const running = await startFunction(config, { clock, log, askedLater })
    onColdStart(config.name)
    return running
  }
  const cold = startAtFirstCall(config.name, start, log)
  closers.add(() => cold.close())
  return cold
}
