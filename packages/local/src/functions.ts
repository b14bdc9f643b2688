/** Every function of the stack as it is deployed: the trigger, and an authorizer and a backend for each door. */
import { type Addresses, environmentOf } from "./bindings.ts"
import { type DoorFunction, type DoorName, doors } from "./doors.ts"
import type { FunctionConfig } from "./lambda/running-function.ts"

export type FunctionRole = "trigger" | "authorizer" | "backend"

export interface DeployedFunction extends FunctionConfig {
  readonly role: FunctionRole
}

/** The functions of one door; it has no authorizer where its gateway checks tokens itself. */
export interface DoorFunctions {
  readonly authorizer: DeployedFunction | undefined
  readonly backend: DeployedFunction
}

/** Mints permissions into tokens; behind the user pool, and so behind all doors. */
export function triggerFunction(addresses: Promise<Addresses>): DeployedFunction {
  const trigger: DoorFunction = {
    entry: "packages/trigger/src/handler.ts",
    links: ["Permissions"],
    environment: { CLAIM_FORM: "packed" },
  }
  return deployed("trigger", "trigger", trigger, addresses)
}

/** The functions of a door, named `hybrid-authorizer`, `hybrid-backend` and so on. */
export function functionsOf(door: DoorName, addresses: Promise<Addresses>): DoorFunctions {
  const { authorizer, backend } = doors[door]
  return {
    authorizer: authorizer && deployed(`${door}-authorizer`, "authorizer", authorizer, addresses),
    backend: deployed(`${door}-backend`, "backend", backend, addresses),
  }
}

/** As in infra/, in milliseconds. */
const timeouts: Readonly<Record<FunctionRole, number>> = { trigger: 5000, authorizer: 8000, backend: 20_000 }

function deployed(
  name: string,
  role: FunctionRole,
  { entry, links, environment }: DoorFunction,
  addresses: Promise<Addresses>,
): DeployedFunction {
  return {
    name,
    role,
    entry,
    environment: async () => environmentOf(await addresses, links, environment),
    timeout: timeouts[role],
  }
}
