import { describe, expect, it } from "vitest"
import type { Addresses } from "./bindings.ts"
import { installClock } from "./clock.ts"
import { type DoorName, doorNames } from "./doors.ts"
import { type DeployedFunction, functionsOf, triggerFunction } from "./functions.ts"
import { startFunction } from "./lambda/running-function.ts"

const addresses: Promise<Addresses> = Promise.resolve({
  dynamo: "http://127.0.0.1:1",
  userPool: "http://127.0.0.1:2",
})

const environmentOf = async ({ environment }: DeployedFunction) =>
  typeof environment === "function" ? await environment() : environment

/** Of a door; undefined where its gateway checks tokens itself. */
const find = (name: string): DeployedFunction => {
  const all = doorNames.flatMap((door) => Object.values(functionsOf(door, addresses)))
  const found = [triggerFunction(addresses), ...all].find((one) => one?.name === name)
  if (found === undefined) throw new Error(`expected a function \`${name}\``)
  return found
}

describe("a function sees its own bindings and variables, and no other", () => {
  const rows: readonly (readonly [name: string, bindings: string, variables: string])[] = [
    ["trigger", "App Permissions", "CLAIM_FORM=packed"],
    ["hybrid-authorizer", "App Tokens Permissions", "FEED_MAX_AGE=5 FEED_MAX_OUTAGE=60 ON_STALE=recheck"],
    [
      "hybrid-backend",
      "App Permissions Sessions",
      "AUTH_STRATEGY=hybrid API_GATEWAY=http-api PERMISSION_CACHE=memory",
    ],
    ["cached-authorizer", "App Tokens Permissions", "POLICY_RESOURCE=resource"],
    [
      "cached-backend",
      "App Permissions Sessions",
      "AUTH_STRATEGY=cached API_GATEWAY=rest-api PERMISSION_CACHE=memory CORS_ORIGINS=http://localhost:5173",
    ],
    ["claims-authorizer", "App Tokens", ""],
    [
      "claims-backend",
      "App Permissions Sessions",
      "AUTH_STRATEGY=claims API_GATEWAY=http-api PERMISSION_CACHE=memory",
    ],
    ["claims-rest-authorizer", "App Tokens", "POLICY_RESOURCE=path"],
    [
      "claims-rest-backend",
      "App Permissions Sessions",
      "AUTH_STRATEGY=claims API_GATEWAY=rest-api PERMISSION_CACHE=memory CORS_ORIGINS=http://localhost:5173",
    ],
    [
      "backend-backend",
      "App Permissions Sessions Tokens",
      "AUTH_STRATEGY=backend API_GATEWAY=http-api PERMISSION_CACHE=memory",
    ],
    [
      "backend-rest-backend",
      "App Permissions Sessions Tokens",
      "AUTH_STRATEGY=backend API_GATEWAY=rest-api PERMISSION_CACHE=memory CORS_ORIGINS=http://localhost:5173",
    ],
  ]
  it.each(rows)("%s: %s; %s", async (name, bindings, variables) => {
    const environment = Object.entries(await environmentOf(find(name)))
    const [prefix, lambda] = ["SST_RESOURCE_", /^(AWS_|TZ$)/]
    const bound = environment.map(([key]) => key).filter((key) => key.startsWith(prefix))
    expect(bound.map((key) => key.slice(prefix.length)).join(" ")).toBe(bindings)
    const own = environment.filter(([key]) => !key.startsWith(prefix) && !lambda.test(key))
    expect(own.map(([key, value]) => `${key}=${value}`).join(" ")).toBe(variables)
  })

  it.each(["backend", "backend-rest"] as const)("%s has no authorizer function", (door: DoorName) => {
    expect(functionsOf(door, addresses).authorizer).toBeUndefined()
  })
})

describe("a function without its configuration", () => {
  const rows: readonly (readonly [name: string, variable: string, said: string])[] = [
    ["trigger", "SST_RESOURCE_Permissions", "Permissions"],
    ["hybrid-authorizer", "SST_RESOURCE_Tokens", "Tokens"],
    ["hybrid-authorizer", "SST_RESOURCE_Permissions", "Permissions"],
    ["hybrid-authorizer", "FEED_MAX_AGE", "FEED_MAX_AGE"],
    ["cached-authorizer", "POLICY_RESOURCE", "POLICY_RESOURCE"],
    ["claims-authorizer", "SST_RESOURCE_Tokens", "Tokens"],
    ["claims-rest-authorizer", "POLICY_RESOURCE", "POLICY_RESOURCE"],
    ["hybrid-backend", "SST_RESOURCE_Permissions", "Permissions"],
    ["hybrid-backend", "AUTH_STRATEGY", "AUTH_STRATEGY"],
    ["claims-backend", "API_GATEWAY", "API_GATEWAY"],
    ["cached-backend", "PERMISSION_CACHE", "PERMISSION_CACHE"],
    ["backend-backend", "SST_RESOURCE_Tokens", "Tokens"],
  ]
  it.each(rows)("%s crashes at load, without %s", async (name, variable, said) => {
    const clock = installClock()
    try {
      const config = find(name)
      const { [variable]: _, ...environment } = await environmentOf(config)
      const start = startFunction({ ...config, environment }, { clock, log: () => undefined })
      await expect(start).rejects.toThrow(new RegExp(`^function \`${name}\` crashed at load: .*${said}`))
    } finally {
      clock.uninstall()
    }
  })
})
