/** The local user pool: declared like infra/identity.ts declares the real one, filled with the seeded subjects. */
import { randomBytes } from "node:crypto"
import { readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { LambdaFunction } from "./function.ts"
import {
  CognitoFailure,
  callOperation,
  createUserPool,
  exportState,
  type PoolState,
  type UserPool,
  type UserPoolConfig,
} from "./pool/index.ts"
import { machine, people } from "./subjects.ts"

export const region = "eu-west-1"
export const poolId = `${region}_Local0001`
export const issuer = `https://cognito-idp.${region}.amazonaws.com/${poolId}`
/** How long a token is valid, as infra/ has it. */
export const accessTokenSeconds = 15 * 60
export const webClientId = "localwebclient000000000001"

export interface Identity {
  readonly pool: UserPool
  readonly machineSecret: string
  /** Signs the seeded people up, unless the data directory knows them. */
  fill(): Promise<void>
  /** Writes the pool to the data directory, if there is one and it changed. */
  save(): Promise<void>
}

interface SavedPool {
  readonly machineSecret: string
  readonly pool: PoolState
}

/** Makes the pool, or takes up the one in the data directory. The trigger is called for every token. */
export async function createIdentity(
  trigger: LambdaFunction,
  now: () => number,
  dataDir: string | undefined,
): Promise<Identity> {
  const file = dataDir === undefined ? undefined : join(dataDir, "user-pool.json")
  const saved = file === undefined ? undefined : await readSaved(file)
  const machineSecret = saved?.machineSecret ?? randomBytes(24).toString("hex")
  const declared = { ...declare(trigger, machineSecret), state: saved?.pool }
  const pool = await createUserPool(declared, { now }).catch((cause) => {
    throw saved === undefined || file === undefined ? cause : notSaved(file, cause)
  })
  let written: string | undefined
  let saves = Promise.resolve()
  const write = async () => {
    if (file === undefined) return
    const state: SavedPool = { machineSecret, pool: exportState(pool) }
    const text = JSON.stringify(state)
    if (text === written) return
    // Whole or not at all: a process that dies in the middle leaves the old file.
    await writeFile(`${file}.new`, text, { mode: 0o600 })
    await rename(`${file}.new`, file)
    written = text
  }
  return {
    pool,
    machineSecret,
    async fill() {
      if (saved === undefined) await signUp(pool)
    },
    save() {
      // One after another, because all of them write the same new file; one that failed stops no later one.
      const done = saves.then(write)
      saves = done.catch(() => undefined)
      return done
    },
  }
}

/** The `sub` of a seeded person. Throws where the pool has none. */
export async function subjectOf(pool: UserPool, email: string): Promise<string> {
  const answer = await callOperation(pool, "AdminGetUser", { UserPoolId: poolId, Username: email })
  // Cognito's own answer: every user has a `sub`.
  const { UserAttributes } = answer as { UserAttributes: { Name: string; Value: string }[] }
  const sub = UserAttributes.find((attribute) => attribute.Name === "sub")?.Value
  if (sub === undefined) throw new Error(`user \`${email}\`: expected a sub`)
  return sub
}

function declare(trigger: LambdaFunction, machineSecret: string): UserPoolConfig {
  return {
    id: poolId,
    name: "claimgate-local",
    issuer,
    usernameAttributes: ["email"],
    preTokenGeneration: { function: trigger, version: "V3_0" },
    resourceServers: [{ identifier: "api", scopes: ["use"] }],
    passwordPolicy: { requireSymbols: false },
    clients: [
      {
        id: webClientId,
        name: "web",
        explicitAuthFlows: [
          "ALLOW_USER_SRP_AUTH",
          "ALLOW_USER_PASSWORD_AUTH",
          "ALLOW_ADMIN_USER_PASSWORD_AUTH",
          "ALLOW_REFRESH_TOKEN_AUTH",
        ],
        writeAttributes: ["email", "name"],
        preventUserExistenceErrors: true,
        accessTokenValidity: accessTokenSeconds,
        idTokenValidity: accessTokenSeconds,
      },
      {
        id: machine.id,
        name: machine.name,
        secret: machineSecret,
        allowedOAuthFlows: ["client_credentials"],
        allowedOAuthScopes: [machine.scope],
        accessTokenValidity: accessTokenSeconds,
      },
    ],
  }
}

async function signUp(pool: UserPool): Promise<void> {
  for (const { email, name, password } of people) {
    const user = { UserPoolId: poolId, Username: email }
    const UserAttributes = [
      { Name: "email", Value: email },
      { Name: "email_verified", Value: "true" },
      { Name: "name", Value: name },
    ]
    await callOperation(pool, "AdminCreateUser", { ...user, UserAttributes, MessageAction: "SUPPRESS" })
    await callOperation(pool, "AdminSetUserPassword", { ...user, Password: password, Permanent: true })
  }
}

async function readSaved(file: string): Promise<SavedPool | undefined> {
  const text = await readFile(file, "utf8").catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === "ENOENT") return undefined
    throw fault
  })
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (isSaved(value)) return value
  } catch (cause) {
    throw notSaved(file, cause)
  }
  throw notSaved(file)
}

/** Whether both parts are there; createUserPool reads the state itself. */
function isSaved(value: unknown): value is SavedPool {
  if (typeof value !== "object" || value === null) return false
  if (!("machineSecret" in value && typeof value.machineSecret === "string")) return false
  return "pool" in value && typeof value.pool === "object" && value.pool !== null
}

function notSaved(file: string, cause?: unknown): Error {
  return new Error(`${file}: expected a user pool as \`--data\` keeps it`, { cause })
}

/** Whether the pool answered that it has no such user. */
export function isUserNotFound(fault: unknown): boolean {
  return fault instanceof CognitoFailure && fault.code === "UserNotFoundException"
}
