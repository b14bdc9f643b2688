/** A client of the local gateways: few sockets that stay open, as a browser or a load generator has them. */
import { Agent, request as send } from "node:http"

/** One request of a subject, to any door. */
export interface Sent {
  readonly method: string
  /** Below the door's address. */
  readonly path: string
  readonly token: string
  /** Sent as JSON. */
  readonly body?: object
}

/** An answer, and what the gateway's headers tell about it. */
export interface Answer {
  readonly status: number
  /** From the first byte sent to the last one received, real time. */
  readonly milliseconds: number
  readonly storeReads: number
  readonly authorizerCalled: boolean
}

export interface Client {
  send(address: string, sent: Sent): Promise<Answer>
  close(): void
}

/** Makes a client; that many requests at a time get a socket of their own per door. */
export function createClient(sockets: number): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets })
  return {
    send: (address, { method, path, token, body }) =>
      new Promise((resolve, reject) => {
        const started = performance.now()
        const headers = {
          authorization: `Bearer ${token}`,
          ...(body && { "content-type": "application/json" }),
        }
        const outgoing = send(`${address}${path}`, { method, agent, headers }, (incoming) => {
          incoming.on("error", reject)
          incoming.on("data", () => undefined)
          incoming.on("end", () =>
            resolve({
              status: incoming.statusCode ?? 0,
              milliseconds: performance.now() - started,
              storeReads: Number(incoming.headers["x-claimgate-store-reads"]),
              authorizerCalled: incoming.headers["x-claimgate-authorizer"] === "called",
            }),
          )
        })
        outgoing.on("error", reject)
        outgoing.end(body && JSON.stringify(body))
      }),
    close: () => agent.destroy(),
  }
}

/** Whether an answer says that the request was let through to its handler, whatever that made of it. */
export function isAllowed({ status }: Pick<Answer, "status">): boolean {
  return status < 500 && status !== 401 && status !== 403
}

/** Whether it was turned away for want of a permission or a valid token; an error is neither. */
export function isRefused({ status }: Pick<Answer, "status">): boolean {
  return status === 401 || status === 403
}
