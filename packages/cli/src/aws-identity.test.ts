import { createHash, createHmac } from "node:crypto"
import { SignatureV4 } from "@smithy/signature-v4"
import { describe, expect, test } from "vitest"
import { findAwsIdentity, signRequest } from "./aws-identity.ts"

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }
const body = "Action=GetCallerIdentity&Version=2011-06-15"
const arn = "arn:aws:sts::123456789012:assumed-role/Deployer/ann@example.com"
const answer = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`

test.each([
  ["long-lived keys", keys],
  ["a session", { ...keys, sessionToken: "session//token+==" }],
])("the signature is the one that the AWS SDK would make: %s", async (_, credentials) => {
  const host = "sts.eu-west-1.amazonaws.com"
  const signer = new SignatureV4({
    credentials,
    region: "eu-west-1",
    service: "sts",
    sha256: Sha256,
    applyChecksum: false,
  })
  const headers = { host, "content-type": "application/x-www-form-urlencoded" }
  const request = { method: "POST", protocol: "https:", hostname: host, path: "/", query: {}, headers, body }
  const signed = await signer.sign(request, { signingDate: new Date(at) })
  expect(signRequest({ host, region: "eu-west-1", keys: credentials, at })).toEqual(signed.headers)
})

/** As the SDK wants it. */
class Sha256 {
  readonly hash
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash =
      secret === undefined
        ? createHash("sha256")
        : createHmac("sha256", typeof secret === "string" ? secret : Buffer.from(secret as Uint8Array))
  }
  update(data: Uint8Array | string) {
    this.hash.update(data)
  }
  async digest() {
    return new Uint8Array(this.hash.digest())
  }
  reset() {}
}

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
