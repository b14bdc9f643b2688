/** An API that answers as it is told, an application that refreshes as it is told, and the client between them. */
import { type ClientOptions, createClient } from "../src/client.ts"
import { mint, serialOf } from "./token.ts"

export const baseUrl = "https://api.example.com"

/** One request as it arrived. */
export interface Arrived {
  readonly url: string
  readonly method: string
  readonly token: string | undefined
  readonly body: string
}

/** A status, with `told` for `x-claimgate-refresh`; `opaque` is what a page sees where it may read no answer. */
export type Answer = number | "told" | "403 told" | "opaque"

export type Answering = (request: Arrived, count: number) => Answer | Promise<Answer>

/** Makes all three. The first token is a minute old, as most tokens are when something happens. */
export function scripted(answering: Answering, options: Partial<ClientOptions> = {}) {
  const requests: Arrived[] = []
  const app = {
    token: mint(0, { iat: seconds() - 60 }) as string | undefined,
    minted: 0,
    refreshes: 0,
    /** What a refresh comes to; a token by default. */
    refresh: async (): Promise<string> => mint(++app.minted),
  }
  const client = createClient({
    baseUrl,
    getToken: () => app.token,
    refresh: async () => {
      app.refreshes++
      app.token = await app.refresh()
      return app.token
    },
    random: () => 0.5,
    async fetch(input, init) {
      const request = new Request(input, init)
      request.signal.throwIfAborted()
      const authorization = request.headers.get("authorization") ?? undefined
      const arrived = {
        url: request.url,
        method: request.method,
        token: authorization?.replace(/^Bearer /, ""),
        body: await request.text(),
      }
      requests.push(arrived)
      return respond(await answering(arrived, requests.length))
    },
    ...options,
  })
  return { client, app, requests }
}

/** What a call came to: its status, or the name of what it rejected with. */
export async function outcomeOf(work: Promise<Response>): Promise<number | string> {
  return work.then(
    ({ status }) => status,
    (fault: Error) => fault.name,
  )
}

/** Answers in this order; the last one for good. */
export function inTurn(...answers: Answer[]): Answering {
  return (_, count) => answers[Math.min(count, answers.length) - 1] ?? 500
}

/** Takes what was minted after the client began, and nothing else. */
export function onlyFresh(refusal: Answer): Answering {
  return ({ token = "" }) => (serialOf(token) > 0 ? 200 : refusal)
}

export async function later(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds))
}

export function seconds(): number {
  return Math.floor(Date.now() / 1000)
}

function respond(answer: Answer): Response {
  if (answer === "opaque") throw new TypeError("Failed to fetch")
  if (typeof answer === "number") return new Response(null, { status: answer })
  const status = answer === "told" ? 200 : 403
  return new Response(null, { status, headers: { "x-claimgate-refresh": "1" } })
}
