/** The app as a Lambda function, through Hono's adapter; what would trip the adapter is answered before it. */
import { methods } from "@claimgate/core"
import { handle, type LambdaEvent } from "hono/aws-lambda"
import type { Backend } from "./app.ts"
import { fieldsOf, readHttpEvent } from "./event.ts"
import { problem, problemResponse } from "./problem.ts"

/** What the gateway gets back. */
export type LambdaAnswer = Awaited<ReturnType<ReturnType<typeof handle>>>

/** Makes the function: an HTTP API event in, payload 2.0, and an answer out, a problem where something is wrong. */
export function createLambda(app: Backend): (event: unknown) => Promise<LambdaAnswer> {
  const run = handle(app, { isContentTypeBinary: () => false })
  return async (event) => {
    const wrong = whatIsWrong(event)
    if (wrong === undefined) return run(withoutCookies(event))
    const response = problemResponse(problem("malformed_input", wrong), readHttpEvent(event)?.requestId ?? "")
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
      isBase64Encoded: false,
    }
  }
}

/** The adapter builds a `Request`, which throws on these; it then writes to the console and answers in plain text. */
function whatIsWrong(event: unknown): string | undefined {
  const request = readHttpEvent(event)
  const { body = null, headers, isBase64Encoded } = fieldsOf(event)
  if (request === undefined) return "event: expected an HTTP API's payload 2.0"
  const { method, path } = request
  if (!path.startsWith("/")) return "event: rawPath: expected it to start with `/`"
  if (!(methods as readonly string[]).includes(method)) return `method: expected one of ${methods.join(" ")}`
  if (body !== null && typeof body !== "string") return "event: body: expected text"
  if (body && (method === "GET" || method === "HEAD")) return `body: expected none with ${method}`
  if (body && isBase64Encoded === true && !isBase64(body)) return "event: body: expected base64"
  return Object.entries(fieldsOf(headers)).every(isHeader) ? undefined : "headers: expected names and text"
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}

/** RFC 9110 §5.1 and §5.5. */
function isHeader([name, value]: [name: string, value: unknown]): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && typeof value === "string" && !/[\0\r\n]/.test(value)
}

/** Nothing here reads cookies, and the adapter does not take every text in one. */
function withoutCookies(event: unknown): LambdaEvent {
  const { cookies: _, ...rest } = fieldsOf(event)
  // It was read as a payload 2.0 event above; the adapter looks at nothing else of it.
  return rest as unknown as LambdaEvent
}
