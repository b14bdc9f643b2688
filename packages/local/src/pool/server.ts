import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { findDocument } from "./discovery.ts"
import { CognitoFailure } from "./failure.ts"
import { answerToken } from "./oauth.ts"
import type { UserPool } from "./pool.ts"
import { answerApi, formatFailure } from "./protocol.ts"

/** A user pool's HTTP server: API, token endpoint and published documents at one address. */
export interface UserPoolServer {
  readonly server: Server
  /** Listens on 127.0.0.1, on a free port unless one is given, and resolves to the server's origin. */
  listen(port?: number): Promise<string>
  /** Stops listening and ends every connection, busy or kept alive. */
  close(): Promise<void>
}

/** Bytes of a request's body; more is refused before it is read. */
export const BODY_LIMIT = 128 * 1024

/** Creates the server of a pool. */
export function createUserPoolServer(pool: UserPool): UserPoolServer {
  const server = createServer((request, response) => {
    answer(pool, request, response).catch(() => response.destroy())
  })
  return {
    server,
    listen: (port = 0) =>
      new Promise((resolve, reject) => {
        server.once("error", reject)
        server.listen(port, "127.0.0.1", () => {
          server.off("error", reject)
          resolve(originOf(server))
        })
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function originOf(server: Server): string {
  const address = server.address()
  // A string is the path of a Unix socket, which `listen` never opens.
  return typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : ""
}

async function answer(pool: UserPool, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split("?", 1)[0] ?? "/"
  // Browsers of any origin may call, as they may call Cognito: nothing here goes by cookies.
  response.setHeader("access-control-allow-origin", "*")
  if (request.method === "OPTIONS") return answerPreflight(request, response)
  if (request.method === "GET") return answerDocument(pool, path, response)
  if (request.method !== "POST") return send(response, 405, { message: "Method Not Allowed" })
  const body = await readBody(request)
  if (body === undefined) return refuseBody(response)
  if (path === "/oauth2/token") return answerTokenRequest(pool, request, response, body)
  return answerApiRequest(pool, request, response, body)
}

function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("access-control-allow-methods", "POST, GET, OPTIONS")
  response.setHeader("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "*")
  response.setHeader("access-control-max-age", "172800")
  response.writeHead(200).end()
}

function answerDocument(pool: UserPool, path: string, response: ServerResponse): void {
  const { localAddress, localPort } = response.req.socket
  const document = findDocument(pool, path, `http://${localAddress}:${localPort}`)
  send(response, document === undefined ? 404 : 200, document ?? { message: "Not Found" })
}

async function answerTokenRequest(
  pool: UserPool,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): Promise<void> {
  const { authorization, "content-type": contentType } = request.headers
  const { status, body: answered } = await answerToken(pool, { authorization, contentType, body })
  response.setHeader("cache-control", "no-store")
  send(response, status, answered)
}

async function answerApiRequest(
  pool: UserPool,
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
): Promise<void> {
  const target = request.headers["x-amz-target"]
  sendApi(
    response,
    await answerApi(pool, {
      // A header that was sent twice is a list; no operation has such a name.
      target: Array.isArray(target) ? undefined : target,
      authorization: request.headers.authorization,
      body,
    }),
  )
}

/** The rest of the body is never read, so the connection can't be used again. */
function refuseBody(response: ServerResponse): void {
  response.setHeader("connection", "close")
  const message = `Request body exceeds ${BODY_LIMIT} bytes.`
  sendApi(response, formatFailure(new CognitoFailure("RequestEntityTooLargeException", message)))
}

function sendApi(
  response: ServerResponse,
  { status, body, failure }: ReturnType<typeof formatFailure>,
): void {
  response.setHeader(
    "access-control-expose-headers",
    "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
  )
  response.setHeader("x-amzn-requestid", randomUUID())
  if (failure !== undefined) {
    response.setHeader("x-amzn-errortype", `${failure.code}:`)
    // A header holds a little printable ASCII; a trigger's message may hold anything. The body has all of it.
    response.setHeader("x-amzn-errormessage", failure.message.slice(0, 1_024).replace(/[^\x20-\x7e]/g, "?"))
  }
  send(response, status, body, "application/x-amz-json-1.1")
}

function send(response: ServerResponse, status: number, body: object, type = "application/json"): void {
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body))
}

/** The body as text, or `undefined` as soon as it is longer than the limit. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop early must not end the connection: the refusal still goes out on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    // Without an encoding set, a request yields buffers.
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > BODY_LIMIT) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString()
}
