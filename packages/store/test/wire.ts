/** The wire between store and database, in a test's hands: counts requests, and lets any of them go wrong. */
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

/** One request as it was sent, each attempt of the SDK by itself. */
export interface Sent {
  /** Such as `BatchGetItem`. */
  readonly operation: string
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly body: string
}

/** What happens to a request: an answer, no answer ever, or a connection that breaks. */
export type Fate = Answer | "hang" | "break"

/** Decides a request's fate; `forward` asks the database. `attempt` counts requests from 1. */
export type Meddle = (sent: Sent, forward: () => Promise<Answer>, attempt: number) => Promise<Fate> | Fate

export interface Wire {
  readonly endpoint: string
  readonly sent: Sent[]
  /** How many hanging requests were given up by the sender. */
  abandoned(): number
  /** From now on; forgets what was sent. */
  meddle(meddle: Meddle): void
  stop(): Promise<void>
}

const faithful: Meddle = (_sent, forward) => forward()

/** An error as DynamoDB words it. */
export function failure(type: string, status = 400): Answer {
  const body = {
    __type: `com.amazonaws.dynamodb.v20120810#${type}`,
    message: `told about arn:aws:iam and keys`,
  }
  return { status, body: JSON.stringify(body) }
}

/** Starts a wire to the database at `target`. */
export async function startWire(target: string): Promise<Wire> {
  const sent: Sent[] = []
  let current = faithful
  let abandoned = 0
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const one = { operation: operationOf(request), body: await text(request) }
    sent.push(one)
    const fate = await current(one, () => forward(target, request, one.body), sent.length)
    if (fate === "hang") response.once("close", () => abandoned++)
    else end(response, fate)
  }
  const server = createServer((request, response) => {
    // A request that was given up may be forwarded when the database is gone already.
    serve(request, response).catch(() => response.destroy())
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    // Sound: a server that listens on a host and port has such an address.
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    abandoned: () => abandoned,
    meddle(meddle) {
      current = meddle
      sent.length = 0
      abandoned = 0
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

function operationOf(request: IncomingMessage): string {
  return String(request.headers["x-amz-target"]).split(".")[1] ?? ""
}

async function forward(target: string, request: IncomingMessage, body: string): Promise<Answer> {
  const headers = new Headers()
  for (const name of ["authorization", "content-type", "x-amz-date", "x-amz-target"])
    headers.set(name, String(request.headers[name]))
  const answer = await fetch(target, { method: "POST", headers, body })
  return { status: answer.status, body: await answer.text() }
}

function end(response: ServerResponse, fate: Answer | "break"): void {
  if (fate === "break") response.destroy()
  else response.writeHead(fate.status, { "content-type": "application/x-amz-json-1.0" }).end(fate.body)
}
