import { AwsV4Signer } from "aws4fetch"
import fc from "fast-check"
import { expect, it } from "vitest"
import { type Signer, signedHeaders } from "./sign.ts"

const target = "DynamoDB_20120810.Query"
const visible = fc.string({
  unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
})
const text = visible.filter((value) => value !== "")

/** What a library for signing anything makes of the same request. */
async function byLibrary(signer: Signer, endpoint: string, body: string, now: number): Promise<object> {
  const { accessKeyId, secretAccessKey, sessionToken } = signer.credentials
  const { headers } = await new AwsV4Signer({
    url: endpoint,
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": target },
    body,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: "dynamodb",
    region: signer.region,
    datetime: new Date(now).toISOString().replace(/[-:]|\.\d+/g, ""),
    allHeaders: true,
  }).sign()
  return Object.fromEntries(headers)
}

it("every request carries the headers that a signing library gives it", async () => {
  const request = fc.record({
    credentials: fc.record(
      { accessKeyId: text, secretAccessKey: text, sessionToken: text },
      { requiredKeys: ["accessKeyId", "secretAccessKey"] },
    ),
    endpoint: fc.constantFrom(
      "https://dynamodb.eu-west-1.amazonaws.com",
      "https://dynamodb.us-gov-west-1.amazonaws.com",
      "http://127.0.0.1:4702",
      "http://[::1]:8000",
      "https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com:8443",
    ),
    region: fc.constantFrom("eu-west-1", "us-gov-west-1"),
    body: fc.string({ unit: "grapheme" }).filter((body) => body !== ""),
    now: fc.integer({ min: 0, max: 4e12 }),
  })
  await fc.assert(
    fc.asyncProperty(request, async ({ credentials, endpoint, region, body, now }) => {
      const signer = { host: new URL(endpoint).host, region, credentials }
      expect(signedHeaders(signer, target, body, now)).toEqual(await byLibrary(signer, endpoint, body, now))
    }),
  )
})
