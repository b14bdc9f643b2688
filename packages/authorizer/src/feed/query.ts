/**
 * Reads the change feed from DynamoDB: one signed request per page, without the AWS SDK, which weighs more than the
 * whole authorizer. Source: docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 */
import { ClaimgateError } from "@claimgate/core"
import { changeKey } from "@claimgate/store/keys"
import { type Change, parseChange, parseChangeKey } from "./change.ts"
import { type Credentials, signedHeaders } from "./sign.ts"

/** A stretch of the feed, in order. */
export interface Page {
  readonly changes: readonly Change[]
  /** The number after which the next page begins; undefined where this page is the last. */
  readonly next: number | undefined
}

/**
 * Reads the page after a number, consistently: it shows every change that was acknowledged before it was asked for.
 * Rejects with `dependency_failed` where no such answer comes, and with `malformed_record` where it cannot be read.
 */
export type Query = (after: number, signal: AbortSignal) => Promise<Page>

export interface QueryConfig {
  /** `https://dynamodb.<region>.amazonaws.com`, or where a stand-in is; an origin, without a path. */
  readonly endpoint: string
  readonly region: string
  readonly table: string
  readonly credentials: Credentials
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** Milliseconds that one request may take. */
const requestLimit = 1000

/**
 * Makes the reader of one table's feed; `now` in milliseconds since 1970. It asks once more, at once, where no answer
 * came or DynamoDB itself failed: a connection that died while the process was frozen fails when it is next used.
 */
export function createQuery(config: QueryConfig, now: () => number): Query {
  const { endpoint, table, ...signer } = { ...config, host: new URL(config.endpoint).host }
  const send = async (body: string, signal: AbortSignal): Promise<Answer> => {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: signedHeaders(signer, "DynamoDB_20120810.Query", body, now()),
      body,
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestLimit)]),
    })
    return { status: response.status, text: await response.text() }
  }
  return async (after, signal) => {
    const body = queryBody(table, after)
    const first = await send(body, signal).catch(() => undefined)
    const { status, text } =
      first !== undefined && first.status < 500 ? first : await send(body, signal).catch(unanswered)
    if (status !== 200) throw failed("an answer with status 200", `${status} ${errorName(text)}`)
    return parsePage(text)
  }
}

function queryBody(table: string, after: number): string {
  const { pk, sk } = changeKey(after)
  return JSON.stringify({
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: "pk = :pk AND sk > :sk",
    ExpressionAttributeValues: { ":pk": { S: pk }, ":sk": { S: sk } },
  })
}

function parsePage(text: string): Page {
  const { Items, LastEvaluatedKey } = parseObject(text)
  if (!Array.isArray(Items)) throw failed("a list of items")
  const next = LastEvaluatedKey === undefined ? undefined : parseChangeKey(LastEvaluatedKey)
  return { changes: Items.map(parseChange), next }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    // Any value but null can be read by name; what is found is looked at.
    return JSON.parse(text) ?? {}
  } catch {
    // The parser's message would quote what it read.
    throw failed("a JSON object")
  }
}

/** What fetch tells of its failure without quoting the request: `ECONNREFUSED`, `TimeoutError`. */
function unanswered(fault: unknown): never {
  const { name, cause } = fault instanceof Error ? fault : new Error()
  throw failed("an answer", cause instanceof Error && "code" in cause ? String(cause.code) : name)
}

/** `ThrottlingException`. An error's message stays out: that of a wrong signature quotes the session token. */
function errorName(text: string): string {
  return /"__type"\s*:\s*"(?:[\w.]+#)?(\w{1,64})"/.exec(text)?.[1] ?? ""
}

function failed(expected: string, got?: string): ClaimgateError {
  return new ClaimgateError(
    "dependency_failed",
    `change feed: expected ${expected}${got === undefined ? "" : `, got \`${got.trim()}\``}`,
  )
}
