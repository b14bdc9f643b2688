/**
 * Signs one kind of request to DynamoDB with AWS Signature Version 4. A library for it weighs half of what the whole
 * feed may add to the bundle, because it signs everything; sign.test.ts holds this one against such a library.
 * Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac } from "node:crypto"

/** What Lambda puts into a function's environment, once per process. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface Signer {
  /** `dynamodb.eu-west-1.amazonaws.com`, with the port where it is not the usual one. */
  readonly host: string
  readonly region: string
  readonly credentials: Credentials
}

const algorithm = "AWS4-HMAC-SHA256"

/** Headers for a POST of this body to `/`, but for `host`; `now` in milliseconds since 1970. */
export function signedHeaders(
  { host, region, credentials }: Signer,
  target: string,
  body: string,
  now: number,
): Record<string, string> {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "")
  const token = credentials.sessionToken
  // In order of name, as they are signed.
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    host,
    "x-amz-date": time,
    ...(token === undefined ? {} : { "x-amz-security-token": token }),
    "x-amz-target": target,
  }
  const names = Object.keys(headers).join(";")
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const request = `POST\n/\n\n${lines.join("")}\n${names}\n${sha256(body)}`
  const scope = [time.slice(0, 8), region, "dynamodb", "aws4_request"]
  const key = scope.reduce(hmac, Buffer.from(`AWS4${credentials.secretAccessKey}`))
  const signature = hmac(key, `${algorithm}\n${time}\n${scope.join("/")}\n${sha256(request)}`).toString("hex")
  const credential = `${credentials.accessKeyId}/${scope.join("/")}`
  const { host: _, ...sent } = headers
  return {
    ...sent,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest()
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}
