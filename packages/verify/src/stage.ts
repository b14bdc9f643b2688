/** A deployed stage, or the local stack, as `sst shell` describes it. */
import { ClaimgateError, quote } from "@claimgate/core"
import * as z from "zod"
import { type DoorName, doorNames, resourceOf } from "./doors.ts"

export interface Stage {
  /** `local`, `prod`. */
  readonly name: string
  readonly region: string
  /** Base addresses of the front doors that the stage has; of a REST API with its stage, without a slash at the end. */
  readonly doors: Readonly<Partial<Record<DoorName, string>>>
  readonly pool: {
    readonly id: string
    readonly webClientId: string
    /** Undefined where the trigger's version knows no machines. */
    readonly machine?: {
      readonly id: string
      readonly secret: string
      /** Undefined where the pool's domain does not follow from its id. */
      readonly tokenEndpoint?: string
    }
  }
  readonly table: string
  /** Seconds that a change is kept, as the stage's functions are told; undefined is the store's own default. */
  readonly changeLifetime?: number
  readonly tokens: {
    readonly issuer: string
    readonly clientIds: readonly string[]
    readonly tokenUse: "id" | "access"
  }
  /** Whether stand-ins on this machine answer in place of AWS. */
  readonly isLocal: boolean
  /** Where those stand-ins are; undefined for AWS itself. */
  readonly endpoints?: { readonly dynamodb: string; readonly cognito: string }
}

export type Environment = Readonly<Record<string, string | undefined>>

const prefix = "SST_RESOURCE_"

const text = z.string().min(1)
const parts = {
  App: z.object({ name: text, stage: text }),
  UserPool: z.object({ id: z.string().regex(/^[a-z0-9-]+_[A-Za-z0-9]+$/) }),
  WebClient: z.object({ id: text }),
  Permissions: z.object({ name: text, changeLifetime: z.int().positive().optional() }),
  Tokens: z.object({
    issuer: z.url(),
    clientIds: z.array(text).min(1),
    tokenUse: z.enum(["id", "access"]),
  }),
} as const
const machineClient = z.object({ id: text, secret: text })
const api = z.object({ url: z.url({ protocol: /^https?$/ }) })

/** Whether any binding of SST is there: then all that a stage needs must be. */
export function isBound(env: Environment): boolean {
  return Object.keys(env).some((name) => name.startsWith(prefix))
}

/** Reads the stage that the environment is bound to. Throws `malformed_configuration` that names the variable at fault. */
export function parseStage(env: Environment): Stage {
  const app = read(env, "App", parts.App)
  const { id } = read(env, "UserPool", parts.UserPool)
  const [region = ""] = id.split("_")
  const endpoints = parseEndpoints(env)
  const machine = findMachine(env, { app: app.name, poolId: id, region, endpoints })
  const { name: table, changeLifetime } = read(env, "Permissions", parts.Permissions)
  const stage: Stage = {
    ...{ name: app.stage, region, table },
    doors: parseDoors(env),
    pool: { id, webClientId: read(env, "WebClient", parts.WebClient).id, ...(machine && { machine }) },
    ...(changeLifetime !== undefined && { changeLifetime }),
    tokens: read(env, "Tokens", parts.Tokens),
    isLocal: endpoints !== undefined,
    ...(endpoints && { endpoints }),
  }
  checkPlaces(stage)
  return stage
}

function parseDoors(env: Environment): Stage["doors"] {
  const found = doorNames.flatMap((door): [DoorName, string][] => {
    const name = resourceOf(door)
    if (env[`${prefix}${name}`] === undefined) return []
    return [[door, read(env, name, api).url.replace(/\/+$/, "")]]
  })
  if (found.length === 0)
    throw bad(`${prefix}${resourceOf("hybrid")}`, "the address of at least one front door")
  return Object.fromEntries(found)
}

interface Whereabouts {
  readonly app: string
  readonly poolId: string
  readonly region: string
  readonly endpoints: Stage["endpoints"] | undefined
}

/** The token endpoint is no link: locally it is the pool's own, on AWS it follows from the pool's id as infra/clients.ts says. */
function findMachine(
  env: Environment,
  { app, poolId, region, endpoints }: Whereabouts,
): Stage["pool"]["machine"] | undefined {
  if (env[`${prefix}MachineClient`] === undefined) return undefined
  const { id, secret } = read(env, "MachineClient", machineClient)
  const own = (poolId.toLowerCase().split("_")[1] ?? "").replace(/..(?=.)/g, "$&-")
  const origin = endpoints?.cognito ?? `https://${app}-${own}.auth.${region}.amazoncognito.com`
  return { id, secret, tokenEndpoint: `${origin}/oauth2/token` }
}

const endpointNames = {
  dynamodb: "AWS_ENDPOINT_URL_DYNAMODB",
  cognito: "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
} as const

/** Both stand-ins or none: a table here and a pool there are nobody's stage. */
function parseEndpoints(env: Environment): Stage["endpoints"] | undefined {
  const find = (name: string) => loopback(env[name] || env.AWS_ENDPOINT_URL)
  const [dynamodb, cognito] = [find(endpointNames.dynamodb), find(endpointNames.cognito)]
  if (dynamodb !== undefined && cognito !== undefined) return { dynamodb, cognito }
  if (dynamodb === undefined && cognito === undefined) return undefined
  const missing = dynamodb === undefined ? endpointNames.dynamodb : endpointNames.cognito
  throw bad(missing, "an address on this machine, as the other stand-in has one")
}

/** A local pool or door beside a table on AWS, or the other way round, would have tests write to the wrong one. */
function checkPlaces({ doors, isLocal }: Stage): void {
  for (const door of doorNames) {
    const url = doors[door]
    if (url === undefined || (loopback(url) !== undefined) === isLocal) continue
    const where = isLocal ? "on this machine, as the stand-ins are" : "on AWS, as no stand-ins are set"
    throw bad(`${prefix}${resourceOf(door)}`, `an address ${where}`)
  }
}

/** The address without a slash at its end, where it is one of this machine. */
function loopback(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)
  return isHere ? url.replace(/\/+$/, "") : undefined
}

function read<T>(env: Environment, name: string, schema: z.ZodType<T>): T {
  const variable = `${prefix}${name}`
  const value = env[variable]
  if (value === undefined) throw bad(variable, "a binding, as `npx sst shell --stage …` sets it")
  const parsed = schema.safeParse(parseJson(value))
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.join(".")
  throw bad(variable, field ? `${quote(field)} as SST writes it` : "a JSON object as SST writes it")
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

/** What was found is not repeated: a binding may hold a secret. */
function bad(variable: string, expected: string): ClaimgateError {
  return new ClaimgateError("malformed_configuration", `${variable}: expected ${expected}`)
}
