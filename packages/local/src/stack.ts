/**
 * Everything on one machine: user pool, DynamoDB and gateway, wired to the very functions that are deployed, with
 * the bindings that SST would give them.
 */

import { mkdir, stat } from "node:fs/promises"
import { catalog, routes } from "@claimgate/catalog"
import { planHttpApi } from "@claimgate/catalog/gateway"
import { ClaimgateError, newestRelease, type Routes } from "@claimgate/core"
import type { PermissionStore } from "@claimgate/store"
import { functionsOf } from "./bindings.ts"
import { type Clock, installClock } from "./clock.ts"
import { type DynamoServer, startDynamo } from "./dynamo/server.ts"
import type { LambdaFunction } from "./function.ts"
import type { Gateway } from "./gateway/gateway.ts"
import { createHttpApi } from "./gateway/http-api.ts"
import { httpApiLimits } from "./gateway/limits.ts"
import type { RequestLogEntry } from "./gateway/request-log.ts"
import { listen } from "./gateway/server.ts"
import { createIdentity, type Identity, region, subjectOf } from "./identity.ts"
import { type FunctionConfig, type RunningFunction, startFunction } from "./lambda/running-function.ts"
import { createUserPoolServer } from "./pool/index.ts"
import { anyPorts, type Ports } from "./ports.ts"

export interface StackOptions {
  readonly ports?: Ports
  /** Keeps tables and user pool; without one they are gone with the process. */
  readonly dataDir?: string | undefined
  /** Each line that a function wrote. */
  readonly onLine?: (functionName: string, line: string) => void
  /** Each request that a gateway answered. */
  readonly onRequest?: (entry: RequestLogEntry) => void
}

/** A running stack. */
export interface Stack {
  readonly clock: Clock
  readonly dynamo: DynamoServer
  readonly identity: Identity
  readonly store: PermissionStore
  readonly functions: Readonly<Record<"trigger" | "authorizer" | "backend", RunningFunction>>
  readonly addresses: { readonly httpApi: string; readonly userPool: string; readonly dynamo: string }
  /** The `sub` of a seeded person, by e-mail address. */
  subject(email: string): Promise<string>
  /** Deploys a changed route table to the gateway. */
  deployRoutes(changed: Routes): void
  /** Stops everything, and writes what the data directory is to keep. */
  close(): Promise<void>
}

/** Starts the stack. Rejects with one line that says what could not start; nothing is left running then. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const clock = installClock()
  const closers: (() => Promise<void>)[] = [async () => clock.uninstall()]
  const close = async () => {
    const faults: unknown[] = []
    // Each one, whatever became of those before: a thread or a server left over would keep the process running.
    for (const one of closers.splice(0).reverse()) await one().catch((fault) => faults.push(fault))
    if (faults.length > 0) throw faults[0]
  }
  try {
    return { ...(await assemble(options, clock, closers)), close }
  } catch (fault) {
    // Why it did not start is what counts.
    await close().catch(() => undefined)
    throw fault
  }
}

type Closers = (() => Promise<void>)[]

async function assemble(
  options: StackOptions,
  clock: Clock,
  closers: Closers,
): Promise<Omit<Stack, "close">> {
  const { ports = anyPorts, dataDir } = options
  if (dataDir !== undefined) await prepareDataDir(dataDir)
  const trigger = laterFunction("trigger")
  const startTables = async () => {
    const dynamo = await startDynamo({
      dataDir: dataDir && `${dataDir}/dynamodb`,
      port: ports.dynamo,
      now: clock.now,
    })
    closers.push(() => dynamo.close())
    return dynamo
  }
  const startPool = async () => {
    const identity = await createIdentity(trigger, clock.now, dataDir)
    const server = createUserPoolServer(identity.pool)
    const userPool = await server.listen(ports.userPool)
    closers.push(() => server.close())
    return { identity, userPool }
  }
  const start = async (config: FunctionConfig) => {
    const running = await startFunction(config, {
      clock,
      log: (line) => options.onLine?.(config.name, line),
    })
    closers.push(() => running.close())
    return running
  }
  // Side by side: functions are bundled while their addresses come to be, and load while the tables are filled.
  const services = together([startTables(), startPool()])
  const addresses = services.then(([{ endpoint }, { userPool }]) => ({ dynamo: endpoint, userPool }))
  const subject = async (email: string) => subjectOf((await services)[1].identity.pool, email)
  const openTables = async () => {
    const [[dynamo, { identity }], { openStore }] = await together([services, import("./tables.ts")])
    await identity.fill()
    const { store, close } = await openStore(dynamo.endpoint, subject)
    closers.push(async () => close())
    return store
  }
  const configs = functionsOf(addresses)
  const [[dynamo, { identity, userPool }], store, ...started] = await together([
    services,
    openTables(),
    start(configs.trigger),
    start(configs.authorizer),
    start(configs.backend),
  ])
  const functions = { trigger: started[0], authorizer: started[1], backend: started[2] }
  trigger.become(functions.trigger)
  // As after a deploy: every function knows the release by now, so tokens may be minted for it.
  await store.putRelease(newestRelease(catalog).fingerprint)
  await identity.save()
  // Users come and go while it runs; DynamoDB writes its own files at once.
  const saving = setInterval(() => void identity.save().catch(() => undefined), 2000).unref()
  // Only from here on: a start that failed half-way must not be what the next one takes up.
  closers.push(
    () => identity.save(),
    async () => clearInterval(saving),
  )
  const deploy = (table: Routes) => deployHttpApi(table, functions, clock, options)
  let gateway = deploy(routes)
  const listening = await listen(
    (request) => gateway.handle(request),
    ports.httpApi,
    httpApiLimits.payloadBytes,
  )
  closers.push(() => listening.close())
  return {
    clock,
    dynamo,
    identity,
    store,
    functions,
    addresses: { httpApi: `http://127.0.0.1:${listening.port}`, userPool, dynamo: dynamo.endpoint },
    subject,
    deployRoutes(changed) {
      gateway = deploy(changed)
    },
  }
}

/** Not recursive: a mistyped path is an error, and some paths never end (`/proc/x`). */
async function prepareDataDir(dataDir: string): Promise<void> {
  const refuse = (code: string | undefined, cause?: unknown): never => {
    const expected = "expected a directory, or a new one in a directory that exists"
    throw new ClaimgateError("malformed_input", `--data ${dataDir}: ${expected} (${code})`, { cause })
  }
  const found = await mkdir(dataDir)
    .catch((fault: NodeJS.ErrnoException) => {
      if (fault.code !== "EEXIST") throw fault
    })
    .then(() => stat(dataDir))
    .catch((fault: NodeJS.ErrnoException) => refuse(fault.code, fault))
  if (!found.isDirectory()) refuse("ENOTDIR")
}

/** The pool is made before the trigger can run, as in a deploy: the trigger needs the table, the pool the trigger. */
function laterFunction(name: string): LambdaFunction & { become(real: LambdaFunction): void } {
  let real: LambdaFunction | undefined
  return {
    name,
    become(known) {
      real = known
    },
    invoke: async (event) =>
      real?.invoke(event) ?? {
        ok: false,
        errorType: "Runtime.NotStarted",
        errorMessage: "the function is not deployed yet",
      },
  }
}

/** Like Promise.all, but fails only when everything has come to its end, so that all that did start can be closed. */
async function together<const T extends readonly Promise<unknown>[]>(
  work: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  await Promise.allSettled(work)
  return Promise.all(work)
}

function deployHttpApi(
  table: Routes,
  functions: Stack["functions"],
  clock: Clock,
  { onRequest }: StackOptions,
): Gateway {
  const plan = planHttpApi(table)
  return createHttpApi(
    {
      id: "httpapi001",
      region,
      routes: plan.routes.map(({ routeKey, authorized }) => ({
        routeKey,
        integration: functions.backend,
        ...(authorized ? { authorizer: "claims" } : {}),
      })),
      authorizers: {
        claims: {
          kind: "lambda",
          function: functions.authorizer,
          identitySources: plan.identitySources,
          ttlSeconds: plan.ttlSeconds,
          response: "simple",
        },
      },
      cors: {
        allowOrigins: ["http://localhost:5173"],
        allowMethods: ["*"],
        allowHeaders: ["authorization", "content-type"],
        exposeHeaders: ["x-claimgate-refresh"],
      },
    },
    { now: clock.now, ...(onRequest === undefined ? {} : { log: onRequest }) },
  )
}
