import { randomBytes } from "node:crypto"
import type { Challenge } from "./challenge.ts"
import { type AppClient, checkConfig, readClient, type UserPoolConfig } from "./config.ts"
import { createKeyPair, formatKey, parseKey, type SigningKey } from "./keys.ts"
import type { Message } from "./message.ts"
import { type Group, type PoolState, parseState, type SignIn, type User } from "./state.ts"

/** What a pool needs of the outside: the time, and somebody who reads the mail that it would send. */
export interface UserPoolDeps {
  /** Milliseconds since the epoch. */
  now(): number
  /** Called with every message; what it throws is ignored, as a lost mail is. */
  onMessage?(message: Message): void
}

/**
 * A user pool: plain data that may be read at any time, changed by the operations in this folder alone.
 * Users are by username, groups by name, sign-ins by their `origin_jti`, app clients by id.
 */
export interface UserPool {
  readonly config: UserPoolConfig
  readonly deps: UserPoolDeps
  readonly createdAt: number
  readonly clients: ReadonlyMap<string, AppClient>
  readonly users: Map<string, User>
  readonly groups: Map<string, Group>
  readonly signIns: Map<string, SignIn>
  /** Challenges that wait for an answer, by the digest of their session; gone after a restart. */
  readonly challenges: Map<string, Challenge>
  /** The last thousand messages that a real pool would have sent by mail. Gone after a restart. */
  readonly outbox: Message[]
  /** The newest of each use signs; all are published. */
  keys: readonly SigningKey[]
  /** The number of the next user or group. */
  nextOrdinal: number
  /** Makes the same simulated salt for the same unknown username; see challenge.ts. */
  readonly disguise: Buffer
}

/**
 * Creates a user pool, with fresh signing keys unless `state` brings back those of an earlier run. Rejects
 * with one line on a declaration that Cognito would not accept or on state that is not a pool's.
 */
export async function createUserPool(
  config: UserPoolConfig & { readonly state?: unknown },
  deps: UserPoolDeps,
): Promise<UserPool> {
  const { state, ...declared } = config
  checkConfig(declared)
  const clients = new Map(declared.clients.map((client) => [client.id, readClient(declared, client)]))
  const kept = state === undefined ? undefined : parseState(state)
  return {
    config: declared,
    deps,
    clients,
    createdAt: kept?.createdAt ?? deps.now(),
    users: new Map(kept?.users.map((user) => [user.username, user])),
    groups: new Map(kept?.groups.map((group) => [group.name, group])),
    signIns: new Map(kept?.signIns.map((signIn) => [signIn.originJti, signIn])),
    challenges: new Map(),
    outbox: [],
    keys: kept === undefined ? await createKeyPair() : kept.keys.map(parseKey),
    nextOrdinal: kept?.nextOrdinal ?? 1,
    disguise: randomBytes(32),
  }
}

/**
 * Everything that `createUserPool` needs to bring the pool
 * back, as plain JSON. It holds private keys: keep it private.
 */
export function exportState(pool: UserPool): PoolState {
  return {
    version: 1,
    createdAt: pool.createdAt,
    keys: pool.keys.map(formatKey),
    nextOrdinal: pool.nextOrdinal,
    users: [...pool.users.values()],
    groups: [...pool.groups.values()],
    signIns: [...pool.signIns.values()],
  }
}

/**
 * Adds a fresh pair of signing keys, which sign from now
 * on; the older ones stay published until they are retired.
 */
export async function rotateKeys(pool: UserPool): Promise<void> {
  const fresh = await createKeyPair()
  pool.keys = [...pool.keys, ...fresh]
}

/** Stops publishing a key, by its `kid`; throws when there is none, or when it is the one that signs. */
export function retireKey(pool: UserPool, kid: string): void {
  const key = pool.keys.find((candidate) => candidate.kid === kid)
  if (key === undefined) throw new Error(`user pool key \`${kid}\`: expected one of the published keys`)
  if (pool.keys.findLast((candidate) => candidate.use === key.use) === key)
    throw new Error(`user pool key \`${kid}\`: expected a key that no longer signs; rotate first`)
  pool.keys = pool.keys.filter((candidate) => candidate !== key)
}

/** The time in whole seconds, as tokens carry it. */
export function seconds(pool: UserPool): number {
  return Math.floor(pool.deps.now() / 1000)
}
