import * as z from "zod"
import { isSame } from "./client.ts"
import type { AppClient } from "./config.ts"
import { CognitoFailure } from "./failure.ts"
import { type ClientMetadata, issueMachineToken } from "./issue.ts"
import type { UserPool } from "./pool.ts"
import { mayRefresh, refreshSignIn } from "./sign-in.ts"

/** A request to the token endpoint: the form in its body, and who it says to be. */
export interface TokenRequest {
  readonly contentType: string | undefined
  readonly authorization: string | undefined
  readonly body: string
}

/** An answer of the token endpoint, as RFC 6749 shapes it. */
export interface TokenResponse {
  readonly status: number
  readonly body: object
}

type ErrorCode =
  | "invalid_client"
  | "invalid_grant"
  | "invalid_request"
  | "invalid_scope"
  | "unauthorized_client"
  | "unsupported_grant_type"

class TokenError extends Error {
  readonly code: ErrorCode
  readonly description: string | undefined

  constructor(code: ErrorCode, description?: string) {
    super(code)
    this.code = code
    this.description = description
  }
}

/** Answers `POST /oauth2/token`: tokens for machines, and refreshed ones for users. Never rejects. */
export async function answerToken(pool: UserPool, request: TokenRequest): Promise<TokenResponse> {
  try {
    return { status: 200, body: await grant(pool, request) }
  } catch (error) {
    const { code, description } = toTokenError(error)
    return { status: 400, body: { error: code, ...(description && { error_description: description }) } }
  }
}

/** What the trigger says goes into the description; whatever else goes wrong has no detail. */
function toTokenError(error: unknown): TokenError {
  if (error instanceof TokenError) return error
  if (error instanceof CognitoFailure && error.code === "NotAuthorizedException")
    return new TokenError("invalid_grant")
  if (error instanceof CognitoFailure) return new TokenError("invalid_request", error.message)
  return new TokenError("invalid_request")
}

async function grant(pool: UserPool, request: TokenRequest): Promise<object> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.contentType ?? ""))
    throw new TokenError("invalid_request")
  const form = new URLSearchParams(request.body)
  const kind = form.get("grant_type")
  if (kind === null) throw new TokenError("invalid_request")
  if (kind !== "client_credentials" && kind !== "refresh_token")
    throw new TokenError("unsupported_grant_type")
  const client = authenticate(pool, request.authorization, form)
  return kind === "client_credentials" ? machineToken(pool, client, form) : refreshed(pool, client, form)
}

/**
 * Finds the client by `client_secret_basic` or `client_secret_post`; one without a secret just says its id.
 */
function authenticate(pool: UserPool, authorization: string | undefined, form: URLSearchParams): AppClient {
  const [id, secret] = readBasic(authorization) ?? [form.get("client_id"), form.get("client_secret")]
  if (id === null) throw new TokenError("invalid_request")
  const client = pool.clients.get(id)
  if (client === undefined) throw new TokenError("invalid_client")
  const isHeld =
    client.secret === undefined ? secret === null : secret !== null && isSame(secret, client.secret)
  if (!isHeld) throw new TokenError("invalid_client")
  return client
}

function readBasic(authorization: string | undefined): readonly [string, string] | undefined {
  if (authorization === undefined) return undefined
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1]
  const match = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? "", "base64").toString())
  if (match === null) throw new TokenError("invalid_client")
  return [match[1] ?? "", match[2] ?? ""]
}

async function machineToken(pool: UserPool, client: AppClient, form: URLSearchParams): Promise<object> {
  if (!client.allowedOAuthFlows?.includes("client_credentials")) throw new TokenError("unauthorized_client")
  const scopes = chooseScopes(client, form.get("scope"))
  const access_token = await issueMachineToken(pool, client, scopes, readMetadata(form))
  return { access_token, expires_in: client.accessTokenValidity, token_type: "Bearer" }
}

/**
 * All of the client's scopes, or those of the ones asked
 * for that it has; asking for none that it has is an error.
 */
function chooseScopes({ allowedOAuthScopes = [] }: AppClient, asked: string | null): readonly string[] {
  const wanted = asked?.split(" ").filter((scope) => scope !== "") ?? allowedOAuthScopes
  const granted = allowedOAuthScopes.filter((scope) => wanted.includes(scope))
  if (granted.length === 0) throw new TokenError("invalid_scope")
  return granted
}

const metadata = z.record(z.string(), z.string())

function readMetadata(form: URLSearchParams): ClientMetadata {
  const text = form.get("aws_client_metadata")
  if (text === null) return undefined
  try {
    return metadata.parse(JSON.parse(text))
  } catch {
    throw new TokenError("invalid_request")
  }
}

async function refreshed(pool: UserPool, client: AppClient, form: URLSearchParams): Promise<object> {
  if (!mayRefresh(client)) throw new TokenError("unauthorized_client")
  const token = form.get("refresh_token")
  if (token === null) throw new TokenError("invalid_request")
  const result = await refreshSignIn(pool, client, token, undefined)
  return {
    id_token: result.IdToken,
    access_token: result.AccessToken,
    ...(result.RefreshToken && { refresh_token: result.RefreshToken }),
    expires_in: result.ExpiresIn,
    token_type: result.TokenType,
  }
}
