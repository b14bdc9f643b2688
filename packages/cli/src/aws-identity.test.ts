import { describe, expect, test } from "vitest"
import { findAwsIdentity, signRequest } from "./aws-identity.ts"

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }
const body = "Action=GetCallerIdentity&Version=2011-06-15"
const arn = "arn:aws:sts::123456789012:assumed-role/Deployer/ann@example.com"
const answer = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`

// Both signatures were made by the AWS SDK (`SignatureV4` of @smithy/signature-v4) over the same request.
test.each([
  ["long-lived keys", keys, "00a594a33d9ae0a0094145554837a3fa9b757d1dac7c72f650f372796e158ea4"],
  [
    "a session",
    { ...keys, sessionToken: "session//token+==" },
    "c0b72bde4bace191a376d77da94c6e1fbddf1812254369b801fd7c27d24cbea1",
  ],
])("the signature is the one that the AWS SDK makes: %s", (_, credentials, signature) => {
  const request = { host: "sts.eu-west-1.amazonaws.com", region: "eu-west-1", keys: credentials, at }
  expect(signRequest(request).authorization).toMatch(new RegExp(`, Signature=${signature}$`))
})

const ask = (fetch: typeof globalThis.fetch, region = "eu-west-1") =>
  findAwsIdentity({ region, credentials: async () => keys, fetch, now: () => at })

test("the caller is who AWS says, in the region that is worked in", async () => {
  const asked: string[] = []
  const fetch = async (input: unknown, init?: RequestInit) => {
    asked.push(`${init?.method} ${String(input)} ${init?.body}`)
    return new Response(answer)
  }
  expect(await ask(fetch)).toBe(arn)
  await ask(fetch, "cn-north-1")
  expect(asked).toEqual([
    `POST https://sts.eu-west-1.amazonaws.com/ ${body}`,
    `POST https://sts.cn-north-1.amazonaws.com.cn/ ${body}`,
  ])
})

describe("nobody works under an identity that AWS did not say:", () => {
  test.each([
    ["refused", async () => new Response(answer, { status: 403 })],
    ["no ARN", async () => new Response("<Arn>root\u001b[2J</Arn>")],
    ["no answer", () => Promise.reject(new Error("refused"))],
  ])("%s", async (_, fetch) => {
    const fault = await ask(fetch).catch((thrown) => thrown)
    expect(fault).toMatchObject({ code: "dependency_failed" })
    expect(fault.message).not.toContain(keys.secretAccessKey)
  })

  test("no credentials", async () => {
    const credentials = () => Promise.reject(new Error("none"))
    const deps = { region: "eu-west-1", credentials, fetch, now: () => at }
    await expect(findAwsIdentity(deps)).rejects.toThrow("expected credentials in the environment")
  })
})
