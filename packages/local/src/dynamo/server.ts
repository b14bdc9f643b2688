/**
 * DynamoDB on one machine: dynalite's operations, transactions and time to live added, behind a small HTTP server
 * that counts requests and can be made to fail.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as wait } from "node:timers/promises"
import { actBefore, createInjectedFaults, type Fault, type InjectedFaults } from "./injected-faults.ts"
import { openStore } from "./open-store.ts"
import { createOperations, type Operations } from "./operations.ts"
import { readCall, send } from "./protocol.ts"
import { asServiceError } from "./service-error.ts"

/** A running DynamoDB stand-in. */
export interface DynamoServer {
  /** `http://127.0.0.1:port`, for any AWS SDK with any credentials. */
  readonly endpoint: string
  readonly port: number
  /** Requests since the start or the last reset, by operation, failed ones too. */
  stats(): Readonly<Record<string, number>>
  resetStats(): void
  /** Makes the next requests fail; the returned function takes the fault back. Throws a RangeError on an unknown operation. */
  injectFault(fault: Fault): () => void
  /** Lets running requests finish, stops listening, and writes everything to the data directory. */
  close(): Promise<void>
}

/** What a stand-in may be told. */
export interface DynamoOptions {
  /** A directory of its own that keeps the tables; without one they are gone with the process. */
  readonly dataDir?: string | undefined
  /** The port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number | undefined
  /** Milliseconds since the epoch; a client request token holds for ten minutes of it. */
  readonly now?: () => number
}

/** Starts a stand-in, or rejects with an Error of one line (the port is taken, the directory cannot serve). */
export async function startDynamo(options: DynamoOptions = {}): Promise<DynamoServer> {
  const store = await openStore(options.dataDir)
  const operations = createOperations(store, options.now ?? (() => Date.now()))
  const door: Door = {
    operations,
    faults: createInjectedFaults(),
    counts: new Map(),
    running: new Set(),
    closing: new AbortController(),
  }
  const server = serverOf(door)
  const port = await listen(server, options.port ?? 0).catch(async (error) => {
    await store.db.close()
    throw error
  })
  let closed: Promise<void> | undefined
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    stats: () => Object.fromEntries(door.counts),
    resetStats: () => door.counts.clear(),
    injectFault(fault) {
      if (fault.operation !== undefined && !operations.has(fault.operation))
        throw new RangeError(`fault: expected an operation's name, got \`${fault.operation}\``)
      return door.faults.inject(fault)
    },
    close() {
      closed ??= shut(door, server).then(() => store.db.close())
      return closed
    },
  }
}

/** What requests meet between the socket and the store. */
interface Door {
  readonly operations: Operations
  readonly faults: InjectedFaults
  readonly counts: Map<string, number>
  readonly running: Set<Promise<void>>
  readonly closing: AbortController
}

function serverOf(door: Door): Server {
  const server = createServer((request, response) => {
    const work = handle(door, request, response).finally(() => door.running.delete(work))
    door.running.add(work)
  })
  // Clients keep connections; one that is closed while idle would fail the request that is just being sent on it.
  server.keepAliveTimeout = 10 * 60_000
  return server
}

/** How long a closing server waits for requests that are still arriving or being answered. */
const patience = 2_000

async function shut({ running, closing }: Door, server: Server): Promise<void> {
  closing.abort()
  const stopped = new Promise((resolve) => server.close(resolve))
  await Promise.race([Promise.all(running), wait(patience, undefined, { ref: false })])
  server.closeAllConnections()
  await Promise.all([...running, stopped])
}

/** Never rejects: a request that breaks off gets no answer, everything else gets one. */
async function handle(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const answer = await answerTo(door, request)
    if (answer === undefined) request.socket.resetAndDestroy()
    else send(response, 200, answer)
  } catch (error) {
    const { status, body } = asServiceError(error)
    if (!response.destroyed) send(response, status, body)
  }
}

/** The answer, or nothing when an injected fault wants the connection broken instead. */
async function answerTo({ operations, faults, counts, closing }: Door, request: IncomingMessage) {
  const { operation, body } = await readCall(request, operations.has)
  counts.set(operation, (counts.get(operation) ?? 0) + 1)
  const fault = faults.take(operation)
  if (fault?.kind === "reset" && fault.when === "before") return undefined
  if (fault) await actBefore(fault, body, closing.signal)
  const answer = await operations.answer(operation, body)
  return fault?.kind === "reset" ? undefined : answer
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "EADDRINUSE" ? "in use" : `cannot be listened on (${error.code})`
      reject(new Error(`port \`${port}\`: ${reason}`, { cause: error }))
    })
    // A server that listens on TCP has an address with a port.
    server.listen(port, "127.0.0.1", () => resolve((server.address() as AddressInfo).port))
  })
}
