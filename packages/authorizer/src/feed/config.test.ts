import { describe, expect, it } from "vitest"
import { parseFeedConfig, parseQueryConfig } from "./config.ts"

const bounds = { FEED_MAX_AGE: "5", FEED_MAX_OUTAGE: "60", ON_STALE: "recheck" }

describe("the bounds of a feed", () => {
  it("are given in seconds", () => {
    expect(parseFeedConfig(bounds)).toEqual({
      bounds: { maxAge: 5000, maxOutage: 60_000 },
      onStale: "recheck",
    })
  })

  it("can be spelled out as none, and what is stale can be refused", () => {
    expect(parseFeedConfig({ ...bounds, FEED_MAX_AGE: "off", ON_STALE: "refuse" })).toEqual({
      bounds: "off",
      onStale: "refuse",
    })
  })

  const refused: readonly (readonly [string, string | undefined])[] = [
    ...Object.keys(bounds).flatMap((name) =>
      [undefined, "", "OFF", "none", "false", "0", "-5", "5s", "1.5", "1e1", " 5", "99999"].map(
        (value): readonly [string, string | undefined] => [name, value],
      ),
    ),
    ["FEED_MAX_AGE", "301"],
    ["FEED_MAX_AGE", "61"],
    ["FEED_MAX_OUTAGE", "4"],
    ["FEED_MAX_OUTAGE", "off"],
    ["ON_STALE", "Refuse"],
    ["ON_STALE", "allow"],
  ]
  it.each(refused)("with %s=%s is a crash in one sentence", (name, value) => {
    expect(() => parseFeedConfig({ ...bounds, [name]: value })).toThrow(
      expect.objectContaining({
        code: "malformed_configuration",
        message: expect.stringMatching(/^(FEED_MAX_AGE|FEED_MAX_OUTAGE|ON_STALE): expected [^\n]*$/),
      }),
    )
  })

  it("are demanded even where there is no feed", () => {
    expect(() => parseFeedConfig({ FEED_MAX_AGE: "off", ON_STALE: "recheck" })).toThrow("FEED_MAX_OUTAGE: ")
    expect(() => parseFeedConfig({ FEED_MAX_AGE: "off", FEED_MAX_OUTAGE: "60" })).toThrow("ON_STALE: ")
  })
})

describe("the way to DynamoDB", () => {
  const lambda = {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "s3cr3t/key+",
    AWS_SESSION_TOKEN: "s3ss10n==",
  }
  const table = { name: "permissions", type: "sst.aws.Dynamo" }

  it("is what Lambda sets", () => {
    expect(parseQueryConfig(lambda, table)).toEqual({
      endpoint: "https://dynamodb.eu-west-1.amazonaws.com",
      region: "eu-west-1",
      table: "permissions",
      credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "s3cr3t/key+", sessionToken: "s3ss10n==" },
    })
  })

  it.each(["http://127.0.0.1:4702", "http://localhost:4702", "https://dynamodb.example"])(
    "may lead to %s",
    (endpoint) => {
      const given = { ...lambda, AWS_ENDPOINT_URL_DYNAMODB: `${endpoint}/` }
      expect(parseQueryConfig(given, table).endpoint).toBe(endpoint)
    },
  )

  it.each([undefined, ""])("needs no session token: %s", (AWS_SESSION_TOKEN) => {
    expect(parseQueryConfig({ ...lambda, AWS_SESSION_TOKEN }, table).credentials.sessionToken).toBeUndefined()
  })

  const refused: readonly (readonly [string, string | undefined])[] = [
    ["AWS_REGION", undefined],
    ["AWS_REGION", ""],
    ["AWS_REGION", "eu-west-1.example/"],
    ["AWS_ACCESS_KEY_ID", undefined],
    ["AWS_SECRET_ACCESS_KEY", ""],
    ["AWS_SECRET_ACCESS_KEY", "s3cr3t\nkey"],
    ["AWS_SESSION_TOKEN", "s3ss10n\r\nx"],
    ["AWS_ENDPOINT_URL_DYNAMODB", "http://dynamodb.example"],
    ["AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1.example"],
    ["AWS_ENDPOINT_URL_DYNAMODB", "file:///etc/changes"],
    ["AWS_ENDPOINT_URL_DYNAMODB", "dynamodb"],
  ]
  it.each(refused)("with %s=%j is a crash that quotes no credential", (name, value) => {
    expect(() => parseQueryConfig({ ...lambda, [name]: value }, table)).toThrow(
      expect.objectContaining({
        code: "malformed_configuration",
        message: expect.not.stringMatching(/s3cr3t|s3ss10n|AKIA/),
      }),
    )
  })

  it.each([undefined, null, {}, { name: "" }, { name: 5 }, { name: "a b" }])(
    "does not lead to the table %j",
    (binding) => {
      expect(() => parseQueryConfig(lambda, binding)).toThrow("Permissions: expected the table's name")
    },
  )
})
