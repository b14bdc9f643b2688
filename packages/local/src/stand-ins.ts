/** What the functions find around them: DynamoDB with the permissions in it, and the user pool with its people. */
import type { PermissionStore } from "@claimgate/store"
import type { Addresses } from "./bindings.ts"
import type { Clock } from "./clock.ts"
import type { Closers } from "./closers.ts"
import { type DynamoServer, startDynamo } from "./dynamo/server.ts"
import type { LambdaFunction } from "./function.ts"
import { createIdentity, type Identity, subjectOf } from "./identity.ts"
import { createUserPoolServer } from "./pool/index.ts"
import type { Ports } from "./ports.ts"
import { together } from "./together.ts"

export interface StandInOptions {
  readonly ports: Pick<Ports, "userPool" | "dynamo">
  readonly dataDir: string | undefined
  readonly clock: Clock
  readonly closers: Closers
}

export interface StandIns {
  readonly dynamo: DynamoServer
  readonly identity: Identity
  readonly addresses: Addresses
  /** The `sub` of a seeded person, by e-mail address. */
  subject(email: string): Promise<string>
}

/** Starts both; the pool calls the trigger for every token. */
export async function startStandIns(trigger: LambdaFunction, options: StandInOptions): Promise<StandIns> {
  const [dynamo, { identity, userPool }] = await together([startTables(options), startPool(trigger, options)])
  return {
    dynamo,
    identity,
    addresses: { dynamo: dynamo.endpoint, userPool },
    subject: (email) => subjectOf(identity.pool, email),
  }
}

async function startTables({ ports, dataDir, clock, closers }: StandInOptions): Promise<DynamoServer> {
  const directory = dataDir && `${dataDir}/dynamodb`
  const dynamo = await startDynamo({ dataDir: directory, port: ports.dynamo, now: clock.now })
  closers.add(() => dynamo.close())
  return dynamo
}

async function startPool(
  trigger: LambdaFunction,
  { ports, dataDir, clock, closers }: StandInOptions,
): Promise<{ identity: Identity; userPool: string }> {
  const identity = await createIdentity(trigger, clock.now, dataDir)
  const server = createUserPoolServer(identity.pool)
  const userPool = await server.listen(ports.userPool)
  closers.add(() => server.close())
  return { identity, userPool }
}

/** Signs the people up and grants them what they are there to show. */
export async function openTables(standIns: Promise<StandIns>, closers: Closers): Promise<PermissionStore> {
  const [{ identity, addresses, subject }, { openStore }] = await together([standIns, import("./tables.ts")])
  await identity.fill()
  const { store, close } = await openStore(addresses.dynamo, subject)
  closers.add(close)
  return store
}

/** Users come and go while it runs; DynamoDB writes its own files at once. */
export async function keepSaved(identity: Identity, closers: Closers): Promise<void> {
  await identity.save()
  const saving = setInterval(() => void identity.save().catch(() => undefined), 2000).unref()
  closers.add(() => identity.save())
  closers.add(() => clearInterval(saving))
}
