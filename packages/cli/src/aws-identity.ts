/**
 * Under which AWS identity the command line works: AWS's own answer to `GetCallerIdentity`, which needs no permission.
 * One request signed by hand (Signature Version 4, AWS General Reference), because no client for it is installed.
 */
import { createHash, createHmac } from "node:crypto"
import { ClaimgateError } from "@claimgate/core"

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface IdentityDeps {
  readonly region: string
  readonly credentials: () => Promise<AwsCredentials>
  readonly fetch: typeof fetch
  readonly now: () => number
}

const body = "Action=GetCallerIdentity&Version=2011-06-15"
/** Milliseconds that AWS may take to answer. */
const patience = 10_000

/** The caller's ARN. Throws `dependency_failed` where AWS does not say it. */
export async function findAwsIdentity({ region, credentials, fetch, now }: IdentityDeps): Promise<string> {
  const host = `sts.${region}.${region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com"}`
  const keys = await credentials().catch((cause) => {
    throw failed("expected credentials in the environment", cause)
  })
  const headers = signRequest({ host, region, keys, at: now() })
  const signal = AbortSignal.timeout(patience)
  const response = await fetch(`https://${host}/`, {
    method: "POST",
    headers,
    body,
    signal,
    redirect: "error",
  }).catch((cause) => {
    throw failed("no answer", cause)
  })
  const arn = /<Arn>(arn:[\w+=,.@:/-]{1,240})<\/Arn>/.exec(await response.text())?.[1]
  if (!response.ok || arn === undefined) throw failed(`status ${response.status}`)
  return arn
}

/** The headers of the one request that is asked here. */
export function signRequest({
  host,
  region,
  keys,
  at,
}: {
  readonly host: string
  readonly region: string
  readonly keys: AwsCredentials
  readonly at: number
}): Record<string, string> {
  const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, "")
  const scope = `${time.slice(0, 8)}/${region}/sts/aws4_request`
  const signed: Record<string, string> = {
    "content-type": "application/x-www-form-urlencoded",
    host,
    "x-amz-date": time,
    ...(keys.sessionToken === undefined ? {} : { "x-amz-security-token": keys.sessionToken }),
  }
  // Already in order of name, as the signature has them.
  const names = Object.keys(signed).join(";")
  const lines = Object.entries(signed).map(([name, value]) => `${name}:${value}\n`)
  const canonical = ["POST", "/", "", lines.join(""), names, digest(body)].join("\n")
  const toSign = ["AWS4-HMAC-SHA256", time, scope, digest(canonical)].join("\n")
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${keys.secretAccessKey}`)
  const credential = `Credential=${keys.accessKeyId}/${scope}`
  const signature = hmac(key, toSign).toString("hex")
  return {
    ...signed,
    authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}`,
  }
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest()
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}

function failed(why: string, cause?: unknown): ClaimgateError {
  return new ClaimgateError("dependency_failed", `AWS: who is asking could not be found out: ${why}`, {
    cause,
  })
}
