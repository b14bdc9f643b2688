/** The app as a Lambda function: an event in, through the app as a `Request`, and an answer out. */
import type { Backend } from "./app.ts"
import type { Cors } from "./cors.ts"
import { eventReader } from "./event/event-reader.ts"
import type { GatewayRequest } from "./event/gateway-request.ts"
import type { Gateway } from "./front-door.ts"
import { problem, problemResponse } from "./problem.ts"

/** What the gateway gets back: of either payload, as all bodies here are text and no header is sent twice but cookies. */
export interface LambdaAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly isBase64Encoded: false
  /** Payload 2.0. */
  readonly cookies?: readonly string[]
  /** Payload 1.0. */
  readonly multiValueHeaders?: { readonly "set-cookie": readonly string[] }
}

/**
 * Makes the function for one gateway; another one's event is answered with a problem. It never rejects for an event.
 * `cors` is for a gateway that leaves that to its backend.
 */
export function createLambda(
  app: Backend,
  gateway: Gateway,
  cors: Cors = () => ({}),
): (event: unknown) => Promise<LambdaAnswer> {
  const read = eventReader(gateway)
  return async (event) => {
    const found = read(event)
    const response = found.ok
      ? await app.fetch(requestOf(found.request), { request: found.request })
      : problemResponse(problem("malformed_input", found.detail), found.requestId)
    const { headers, ...rest } = await answer(response, gateway)
    return { ...rest, headers: joined(headers, cors(found.ok ? originOf(found.request) : undefined)) }
  }
}

/** Adds headers; `vary` is a list, to which both may have something to say (RFC 9110 §12.5.5). */
function joined({ vary: own, ...rest }: AnswerHeaders, { vary, ...added }: AnswerHeaders): AnswerHeaders {
  const names = [own, vary].flatMap((each) => each?.split(",") ?? []).map((each) => each.trim())
  const known = names.filter((name, at) => names.findIndex((each) => same(each, name)) === at)
  return { ...rest, ...added, ...(known.length === 0 ? {} : { vary: known.join(", ") }) }
}

type AnswerHeaders = LambdaAnswer["headers"]

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** Undefined where it is missing, or there twice. */
function originOf({ headers }: GatewayRequest): string | undefined {
  const origins = headers.filter(([name]) => name.toLowerCase() === "origin")
  return origins.length === 1 ? origins[0]?.[1] : undefined
}

/**
 * INVARIANT: what a `Request` throws on was refused when the event was read (lambda.test.ts). Its URL has the query;
 * the path, which a URL would read in its own way, travels beside it.
 */
function requestOf({ method, query, headers, body }: GatewayRequest): Request {
  return new Request(`https://gateway.invalid/?${query}`, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, bytesOf(value)]),
    ...(body === undefined ? {} : { body }),
  })
}

/** A header's text as the bytes that were sent, a character for each, which is how `Headers` takes them. */
function bytesOf(value: string): string {
  return Buffer.from(value, "utf8").toString("latin1")
}

async function answer(response: Response, gateway: Gateway): Promise<LambdaAnswer> {
  const cookies = response.headers.getSetCookie()
  return {
    statusCode: response.status,
    headers: Object.fromEntries([...response.headers].filter(([name]) => name !== "set-cookie")),
    body: await response.text(),
    isBase64Encoded: false,
    ...(cookies.length === 0 ? {} : cookieFields(cookies, gateway)),
  }
}

function cookieFields(cookies: readonly string[], gateway: Gateway) {
  return gateway === "http-api" ? { cookies } : { multiValueHeaders: { "set-cookie": cookies } }
}
