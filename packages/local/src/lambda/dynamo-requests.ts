/**
 * What each invocation asks DynamoDB for. Noticed where Node.js itself sends requests, so it counts for whatever
 * client a function uses, retries among them; kept apart by the asynchronous context that every request is made in,
 * so that invocations that run at the same time never count each other's.
 */
import { AsyncLocalStorage } from "node:async_hooks"
import { subscribe } from "node:diagnostics_channel"

interface Running {
  readonly operations: string[]
  answered: boolean
}

/** Counts requests by the invocation that made them. */
export interface DynamoRequests {
  /** Runs an invocation; which operations it asked for until it settled is added to whatever it came to. */
  during<T extends object>(
    work: () => Promise<T>,
  ): Promise<T & { readonly dynamoRequests: readonly string[] }>
}

/** Watches this thread's requests; `later` gets the operations that were asked for when no invocation was waiting. */
export function watchDynamoRequests(later: (operation: string) => void): DynamoRequests {
  const context = new AsyncLocalStorage<Running>()
  const notice = (operation: string | undefined) => {
    if (operation === undefined) return
    const running = context.getStore()
    // Work in the background: whoever it was begun for has its answer already.
    if (running === undefined || running.answered) later(operation)
    else running.operations.push(operation)
  }
  subscribe("http.client.request.start", (message) => notice(operationOf(headersOfClientRequest(message))))
  subscribe("undici:request:create", (message) => notice(operationOf(headersOfUndici(message))))
  return {
    during(work) {
      const running: Running = { operations: [], answered: false }
      return context.run(running, async () => {
        const result = await work()
        running.answered = true
        return { ...result, dynamoRequests: running.operations }
      })
    },
  }
}

/** `x-amz-target: DynamoDB_20120810.BatchGetItem` */
function operationOf(target: unknown): string | undefined {
  return typeof target === "string" ? /^DynamoDB_\d+\.(\w+)$/.exec(target)?.[1] : undefined
}

/** A `ClientRequest` of node:http, which the AWS SDK sends by. */
function headersOfClientRequest(message: unknown): unknown {
  // As Node.js documents the channel: `{ request }`.
  const { request } = message as { request: { getHeader(name: string): unknown } }
  return request.getHeader("x-amz-target")
}

/** A request of undici, which `fetch` sends by: its headers are one list, names and values in turn. */
function headersOfUndici(message: unknown): unknown {
  // As undici documents the channel; older versions had the headers as text.
  const { request } = message as { request: { headers: readonly unknown[] | string } }
  const headers = request.headers
  if (typeof headers === "string") return /^x-amz-target: (.*)$/im.exec(headers)?.[1]
  return headers.find((_, at) => at % 2 === 1 && String(headers[at - 1]).toLowerCase() === "x-amz-target")
}
