import { createPublicKey, verify } from "node:crypto"
import type { Invocation, LambdaFunction } from "../function.ts"
import type { ClientConfig, PreTokenGeneration, UserPoolConfig } from "./config.ts"
import { createKeyPair, formatJwks, formatKey } from "./keys.ts"
import { createUserPool, type UserPool } from "./pool.ts"
import { createUserPoolServer } from "./server.ts"
import type { Claims } from "./token.ts"

/** What tests of the pool share: a pool behind its server, and a clock to move. */
export interface Testbed {
  readonly pool: UserPool
  readonly origin: string
  /** Moves the pool's clock forward by that many seconds. */
  pass(seconds: number): void
  stop(): Promise<void>
}

export const POOL_ID = "eu-west-1_Local0001"
export const ISSUER = `https://cognito-idp.eu-west-1.amazonaws.com/${POOL_ID}`
export const PASSWORD = "Correct-Horse-7"
export const SECRET = "0secret0of0the0server0"
export const START = Date.parse("2026-01-05T08:30:00Z")

const FLOWS = [
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_USER_SRP_AUTH",
] as const

/** A browser's client, a server's client with a secret, and a machine's. */
export const CLIENTS: readonly ClientConfig[] = [
  {
    id: "web",
    name: "Web",
    explicitAuthFlows: FLOWS,
    readAttributes: ["email", "email_verified", "name", "custom:plan"],
    writeAttributes: ["email", "name"],
  },
  {
    id: "server",
    name: "Server",
    secret: SECRET,
    explicitAuthFlows: FLOWS,
    preventUserExistenceErrors: true,
  },
  {
    id: "machine",
    name: "Machine",
    secret: "1secret1of1the1machine1",
    explicitAuthFlows: [],
    allowedOAuthFlows: ["client_credentials"],
    allowedOAuthScopes: ["https://api.example/read", "https://api.example/write"],
  },
]

// Two RSA keys take a quarter of a second; the pools of one test file share theirs.
let keys: ReturnType<typeof createKeyPair> | undefined

/** Starts a pool with the clients above, unless they are overridden. */
export async function startPool(overrides: Partial<UserPoolConfig> = {}): Promise<Testbed> {
  let time = START
  keys ??= createKeyPair()
  const config: UserPoolConfig = {
    id: POOL_ID,
    name: "Local",
    issuer: ISSUER,
    customAttributes: [{ name: "plan" }, { name: "tier", mutable: false }],
    resourceServers: [{ identifier: "https://api.example", scopes: ["read", "write"] }],
    clients: CLIENTS,
    ...overrides,
  }
  const state = {
    ...{ version: 1, createdAt: START, nextOrdinal: 1, users: [], groups: [], signIns: [] },
    keys: (await keys).map(formatKey),
  }
  const pool = await createUserPool({ ...config, state }, { now: () => time })
  const { listen, close } = createUserPoolServer(pool)
  const origin = await listen()
  return {
    pool,
    origin,
    pass: (seconds) => {
      time += seconds * 1000
    },
    stop: close,
  }
}

/**
 * The name and message of the error that a promise rejects
 * with, as `Name: message`; fails when it does not.
 */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  )
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

/** Verifies a token with nothing but the pool's published keys, and returns its two parts. */
export function openToken(
  pool: UserPool,
  token: string | undefined,
): { readonly header: Claims; readonly claims: Claims } {
  const [header = "", payload = "", signature = ""] = (token ?? "").split(".")
  const read = (part: string): Claims => JSON.parse(Buffer.from(part, "base64url").toString())
  const { kid } = read(header)
  const jwk = formatJwks(pool.keys).keys.find((key) => "kid" in key && key.kid === kid)
  if (jwk === undefined) throw new Error("the token's key is not published")
  const key = createPublicKey({ key: { ...jwk }, format: "jwk" })
  const good = verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url"))
  if (!good) throw new Error("the token's signature is wrong")
  return { header: read(header), claims: read(payload) }
}

/** A trigger that keeps every event it is sent, and answers each with what `answer` makes of a copy. */
export function createTrigger(
  version: PreTokenGeneration["version"],
  answer: (event: TriggerEvent) => Invocation | Promise<Invocation>,
  attemptMilliseconds?: number,
): PreTokenGeneration & { readonly events: TriggerEvent[] } {
  const events: TriggerEvent[] = []
  const invoke: LambdaFunction["invoke"] = async (event) => {
    const copy: TriggerEvent = JSON.parse(JSON.stringify(event))
    events.push(copy)
    return answer(structuredClone(copy))
  }
  return {
    version,
    events,
    function: { name: "trigger", invoke },
    ...(attemptMilliseconds && { attemptMilliseconds }),
  }
}

/** A trigger event, as far as tests look into it. */
export interface TriggerEvent {
  readonly version: string
  readonly triggerSource: string
  readonly userName: string
  readonly request: {
    readonly userAttributes: Readonly<Record<string, string>>
    readonly scopes?: readonly string[]
    readonly clientMetadata?: Readonly<Record<string, string>>
  }
  response: object
}

/** The answer of a trigger that sets this response. */
export function answerWith(event: TriggerEvent, response: object): Invocation {
  return { ok: true, payload: { ...event, response } }
}
