/** A door's gateway in front of functions, as infra/ plans it, asked without a socket. */
import { routes } from "@claimgate/catalog"
import type { Issuer } from "../../packages/authorizer/test/issuer.ts"
import { deployDoor } from "../../packages/local/src/door-gateway.ts"
import type { DoorName } from "../../packages/local/src/doors.ts"
import type { LambdaFunction } from "../../packages/local/src/function.ts"
import { functionsOf } from "../../packages/local/src/functions.ts"
import { createRequest } from "../../packages/local/src/gateway/http-message.ts"
import { issuer, webClientId } from "../../packages/local/src/identity.ts"
import type { ProcessConfig } from "./process.ts"

export interface Asked {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Milliseconds from request to answer. */
  readonly took: number
}

/** Sends `GET /path` with a token. */
export type Ask = (
  request: string,
  token: string,
  more?: { readonly body?: object; readonly headers?: Readonly<Record<string, string>> },
) => Promise<Asked>

/** Deploys the door. The gateway's own clock is the machine's: what is kept for a while is not its business here. */
export function startApi(door: DoorName, authorizer: LambdaFunction, backend: LambdaFunction): Ask {
  const gateway = deployDoor(
    door,
    routes,
    { authorizer, backend, jwksUri: "http://127.0.0.1:9" },
    { now: Date.now },
  )
  const prefix = door === "cached" || door === "claims-rest" ? "/local" : ""
  return async (request, token, { body, headers = {} } = {}) => {
    const [method = "", path = ""] = request.split(" ")
    const started = performance.now()
    const answer = await gateway.handle(
      createRequest(method, `${prefix}${path}`, {
        headers: {
          host: "api.example.com",
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers.map(([name, value]) => [name.toLowerCase(), value])),
      body: Buffer.from(answer.body).toString("utf8"),
      took: performance.now() - started,
    }
  }
}

/** A function of that door with the environment that the local stack gives it, over these addresses. */
export async function deployedAt(
  door: DoorName,
  role: "authorizer" | "backend",
  addresses: { readonly dynamo: string; readonly userPool: string },
): Promise<ProcessConfig> {
  const found = functionsOf(door, Promise.resolve(addresses))[role]
  if (found === undefined) throw new Error(`door \`${door}\`: expected a function \`${role}\``)
  const { name, entry, environment, timeout } = found
  return {
    ...{ name, entry, timeout },
    environment: typeof environment === "function" ? await environment() : environment,
  }
}

/** A backend that lets everybody in and remembers who came. */
export function openBackend(): LambdaFunction & { readonly events: readonly unknown[] } {
  const events: unknown[] = []
  return {
    name: "backend",
    events,
    async invoke(event) {
      events.push(event)
      return { ok: true, payload: { statusCode: 200, body: "inside" } }
    },
  }
}

/** A token as the local stack's pool would issue it, signed by that issuer; `claims` replaces fields. */
export function tokenOf(signer: Issuer, claims: Record<string, unknown> = {}, header = {}): string {
  return signer.token({ iss: issuer, client_id: webClientId, ...claims }, header)
}
