/** A lab whose stage does what a test says: front doors, user pool and table that may behave as AWS never should. */
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import type { Aws } from "../src/aws.ts"
import type { DoorName } from "../src/doors.ts"
import { createLab, type Lab } from "../src/lab.ts"
import type { Session } from "../src/people.ts"
import { readSettings } from "../src/settings.ts"
import type { Stage } from "../src/stage.ts"

/** What a door answers; undefined ends the connection. */
export interface ScriptedAnswer {
  readonly status: number
  /** Repeated where they are. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

export interface Script {
  readonly door?: (request: IncomingMessage) => ScriptedAnswer | undefined
  /** What the services of AWS answer, by the command's name, `InitiateAuthCommand`, and what it asks for. */
  readonly aws?: (command: string, input: Readonly<Record<string, unknown>>) => unknown
  readonly env?: Readonly<Record<string, string>>
  readonly now?: () => number
}

export interface ScriptedLab {
  readonly lab: Lab
  close(): Promise<void>
}

/** The one who asks, whom the doors know by that name. */
export const scriptedSubject = "11111111-1111-4111-8111-111111111111"

/** A token as far as checks read one: nobody has signed it. */
export function scriptedToken(claims: object): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${"c".repeat(20)}`
}

/** Listens on a free port; the stage has every front door there. */
export async function openScriptedLab({ door, aws, env = {}, now = Date.now }: Script): Promise<ScriptedLab> {
  const server = createServer((request, response) => {
    const answer = door?.(request)
    if (answer === undefined) return void request.socket.destroy()
    response.writeHead(answer.status, (answer.headers ?? []).flat())
    response.end(answer.body ?? "")
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  // An address of a listening TCP server is never text or null.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const services = createServices(aws ?? (() => ({})))
  const settings = readSettings({ CORS_ORIGINS: "https://app.example.com", ...env })
  const made = createLab({ stage: stageAt(origin), settings, aws: services, now })
  const person = { subject: scriptedSubject, username: "someone@example.com", password: "none" }
  const session: Session = { token: scriptedToken(claims), refresh: "refresh", asked: now() }
  return {
    lab: { ...made, someone: async () => ({ ...person, ...session }) },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const claims = { exp: 4_000_000_000, iat: 1_000_000_000, sub: scriptedSubject }

/** Clients that send nothing: checks use no more of them than `send`. */
function createServices(answer: NonNullable<Script["aws"]>): Pick<Aws, "cognito" | "dynamo"> {
  const send = async (command: { readonly input: Readonly<Record<string, unknown>> }) =>
    answer(command.constructor.name, command.input)
  const client = { send }
  return { cognito: client, dynamo: client } as unknown as Pick<Aws, "cognito" | "dynamo">
}

function stageAt(origin: string): Stage {
  const names: readonly DoorName[] = ["hybrid", "claims", "cached", "backend", "claims-rest", "backend-rest"]
  const isRest = (name: DoorName) => name === "cached" || name.endsWith("-rest")
  return {
    ...{ name: "scripted", region: "eu-west-1", table: "scripted", isLocal: true },
    doors: Object.fromEntries(names.map((name) => [name, `${origin}${isRest(name) ? "/stage" : ""}`])),
    pool: {
      ...{ id: "eu-west-1_Scripted1", webClientId: "web" },
      machine: { id: "machine", secret: "machine-secret", tokenEndpoint: `${origin}/oauth2/token` },
    },
    tokens: { issuer: "https://issuer.example.com", clientIds: ["web"], tokenUse: "access" },
  }
}
