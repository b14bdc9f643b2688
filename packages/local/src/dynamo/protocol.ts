import { randomBytes } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import { crc32 } from "node:zlib"
import { ServiceError, serviceError } from "./service-error.ts"

/** A request as AWS JSON 1.0 carries it: an operation's name and its parameters. */
export interface Call {
  readonly operation: string
  readonly body: object
}

const maxBodyBytes = 16 * 1024 * 1024

/**
 * Reads a request, checking in the service's order: size, method and content type, JSON, operation, credentials,
 * body. Throws the `ServiceError` that it is answered with. Credentials must be there; no signature is verified.
 */
export async function readCall(
  request: IncomingMessage,
  knows: (operation: string) => boolean,
): Promise<Call> {
  const text = await readBody(request)
  if (request.method === "GET") throw new ServiceError(200, "healthy: dynamodb.local.amazonaws.com ")
  if (request.method !== "POST" || (text !== "" && !isJson(request)))
    throw new ServiceError(404, "<UnknownOperationException/>\n")
  const body = text === "" ? undefined : parseBody(text)
  const operation = targetOf(request)
  if (operation === undefined || !knows(operation)) throw serviceError("UnknownOperationException")
  requireCredentials(request)
  if (body === undefined) throw serviceError("SerializationException")
  return { operation, body }
}

/** Answers with JSON, or with plain text. */
export function send(response: ServerResponse, status: number, body: object | string): void {
  const text = typeof body === "string" ? body : JSON.stringify(body)
  response.writeHead(status, {
    "content-type": typeof body === "string" ? "text/plain" : contentTypeOf(response.req),
    "content-length": Buffer.byteLength(text),
    "x-amz-crc32": crc32(text),
    "x-amzn-requestid": randomBytes(26).toString("hex").toUpperCase(),
  })
  response.end(text)
}

/** A body over the limit is read to its end, so that the client hears the answer, but not kept. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  // Without an encoding set, a request's chunks are buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= maxBodyBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  if (size > maxBodyBytes) throw new ServiceError(413, "")
  return Buffer.concat(chunks).toString()
}

function isJson(request: IncomingMessage): boolean {
  return ["application/json", "application/x-amz-json-1.0"].includes(mediaTypeOf(request))
}

function contentTypeOf(request: IncomingMessage): string {
  return mediaTypeOf(request) === "application/x-amz-json-1.0"
    ? "application/x-amz-json-1.0"
    : "application/json"
}

function mediaTypeOf(request: IncomingMessage): string {
  return (request.headers["content-type"] ?? "").split(";", 1).join("").trim()
}

function parseBody(text: string): object {
  const body = parseJson(text)
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw serviceError("SerializationException")
  return body
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw serviceError("SerializationException")
  }
}

function targetOf(request: IncomingMessage): string | undefined {
  const target = request.headers["x-amz-target"]
  return /^DynamoDB_(?:20120810|20111205)\.(\w+)$/.exec(String(target))?.[1]
}

function requireCredentials(request: IncomingMessage): void {
  const { authorization } = request.headers
  if (request.url?.includes("X-Amz-Signature=")) return
  if (!authorization?.startsWith("AWS4-"))
    throw serviceError("MissingAuthenticationTokenException", "Request is missing Authentication Token")
  const missing = ["Credential", "Signature", "SignedHeaders"].filter(
    (part) => !authorization.includes(`${part}=`),
  )
  if (missing.length > 0)
    throw serviceError(
      "IncompleteSignatureException",
      missing.map((part) => `Authorization header requires '${part}' parameter.`).join(" "),
    )
}
