import { describe, expect, it } from "vitest"
import { doors as deployed } from "../../../infra/doors.ts"
import { stageEnvironment } from "../../local/src/bindings.ts"
import { doorNames as localDoors } from "../../local/src/doors.ts"
import { doorNames, resourceOf } from "./doors.ts"
import { isBound, parseStage } from "./stage.ts"

const secret = "dGhlIG1hY2hpbmUncyBzZWNyZXQ"

/** As `sst shell` sets it for a stage with two doors. */
const prod = {
  SST_RESOURCE_App: '{"name": "claimgate", "stage": "prod" }',
  SST_RESOURCE_UserPool: '{"id":"eu-west-1_AbCdE1234","type":"sst.aws.CognitoUserPool"}',
  SST_RESOURCE_WebClient: '{"id":"7webclient","secret":"","type":"sst.aws.CognitoUserPoolClient"}',
  SST_RESOURCE_MachineClient: `{"id":"7machine","secret":"${secret}","type":"sst.aws.CognitoUserPoolClient"}`,
  SST_RESOURCE_Permissions: '{"name":"claimgate-prod-Table","changeLifetime":7260,"type":"sst.sst.Linkable"}',
  SST_RESOURCE_Tokens:
    '{"issuer":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdE1234","clientIds":["7webclient","7machine"],"tokenUse":"access"}',
  SST_RESOURCE_HybridApi:
    '{"url":"https://a1.execute-api.eu-west-1.amazonaws.com","type":"sst.aws.ApiGatewayV2"}',
  SST_RESOURCE_CognitoApi:
    '{"url":"https://b2.execute-api.eu-west-1.amazonaws.com/prod/","type":"sst.aws.ApiGatewayV1"}',
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "developer",
} as const

const local = stageEnvironment({
  dynamo: "http://127.0.0.1:4702",
  userPool: "http://127.0.0.1:4701",
  doors: { hybrid: "http://127.0.0.1:4700", cached: "http://127.0.0.1:4704/local" },
  machineSecret: secret,
})

describe("a stage", () => {
  it("is read from what `sst shell` sets", () => {
    const { issuer, clientIds, tokenUse } = JSON.parse(prod.SST_RESOURCE_Tokens)
    expect(parseStage(prod)).toEqual({
      name: "prod",
      region: "eu-west-1",
      doors: {
        hybrid: "https://a1.execute-api.eu-west-1.amazonaws.com",
        "backend-rest": "https://b2.execute-api.eu-west-1.amazonaws.com/prod",
      },
      pool: {
        id: "eu-west-1_AbCdE1234",
        webClientId: "7webclient",
        machine: {
          id: "7machine",
          secret,
          tokenEndpoint: "https://claimgate-ab-cd-e1-23-4.auth.eu-west-1.amazoncognito.com/oauth2/token",
        },
      },
      table: "claimgate-prod-Table",
      changeLifetime: 7260,
      tokens: { issuer, clientIds, tokenUse },
      isLocal: false,
    })
  })

  it("is read from what the local stack says of itself", () => {
    expect(parseStage(local)).toMatchObject({
      name: "local",
      isLocal: true,
      doors: { hybrid: "http://127.0.0.1:4700", cached: "http://127.0.0.1:4704/local" },
      pool: { machine: { secret, tokenEndpoint: "http://127.0.0.1:4701/oauth2/token" } },
      endpoints: { dynamodb: "http://127.0.0.1:4702", cognito: "http://127.0.0.1:4701" },
    })
  })

  it("has a machine client where the trigger knows machines", () => {
    expect(parseStage({ ...prod, SST_RESOURCE_MachineClient: undefined }).pool).not.toHaveProperty("machine")
  })

  const otherDoors = { SST_RESOURCE_HybridApi: undefined, SST_RESOURCE_CognitoApi: undefined }
  const here = { SST_RESOURCE_HybridApi: '{"url":"http://127.0.0.1:4700"}' }
  const refused: readonly [what: string, changes: Record<string, string | undefined>, variable: string][] = [
    ["nothing", Object.fromEntries(Object.keys(prod).map((name) => [name, undefined])), "SST_RESOURCE_App"],
    ["no user pool", { SST_RESOURCE_UserPool: undefined }, "SST_RESOURCE_UserPool"],
    ["a user pool that is no id", { SST_RESOURCE_UserPool: '{"id":"pool"}' }, "SST_RESOURCE_UserPool"],
    ["no web client", { SST_RESOURCE_WebClient: undefined }, "SST_RESOURCE_WebClient"],
    ["no table", { SST_RESOURCE_Permissions: undefined }, "SST_RESOURCE_Permissions"],
    ["a table without a name", { SST_RESOURCE_Permissions: '{"name":""}' }, "SST_RESOURCE_Permissions"],
    ["a half binding", { SST_RESOURCE_Tokens: '{"issuer":' }, "SST_RESOURCE_Tokens"],
    ["a binding that is null", { SST_RESOURCE_Tokens: "null" }, "SST_RESOURCE_Tokens"],
    [
      "an empty machine secret",
      { SST_RESOURCE_MachineClient: '{"id":"7","secret":""}' },
      "SST_RESOURCE_MachineClient",
    ],
    ["no door", otherDoors, "SST_RESOURCE_HybridApi"],
    ["a door that is no address", { SST_RESOURCE_CognitoApi: '{"url":"b2"}' }, "SST_RESOURCE_CognitoApi"],
    [
      "a door of another kind",
      { SST_RESOURCE_CognitoApi: '{"url":"file:///b2"}' },
      "SST_RESOURCE_CognitoApi",
    ],
    ["a local door beside AWS", here, "SST_RESOURCE_HybridApi"],
    [
      "a local table beside a pool on AWS",
      { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:4702" },
      "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
    ],
    [
      "a local pool beside a table on AWS",
      { AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://localhost:4701" },
      "AWS_ENDPOINT_URL_DYNAMODB",
    ],
    [
      "one stand-in for all beside doors on AWS",
      { AWS_ENDPOINT_URL: "http://[::1]:4566" },
      "SST_RESOURCE_HybridApi",
    ],
    [
      "stand-ins beside doors on AWS",
      {
        AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:4702",
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://[::1]:4701",
      },
      "SST_RESOURCE_HybridApi",
    ],
  ]
  it.each(refused)("is not made of %s", (_, changes, variable) => {
    const parse = () => parseStage({ ...prod, ...changes })
    expect(parse).toThrow(expect.objectContaining({ code: "malformed_configuration" }))
    expect(parse).toThrow(`${variable}: expected `)
    expect(parse).not.toThrow(secret)
  })

  it("takes an address that only looks local for one on AWS", () => {
    for (const host of ["127.0.0.1.example.com", "localhost.example.com", "10.0.0.1"]) {
      const AWS_ENDPOINT_URL_DYNAMODB = `https://${host}`
      expect(parseStage({ ...prod, AWS_ENDPOINT_URL_DYNAMODB }).isLocal).toBe(false)
    }
  })
})

it("an environment is bound as soon as one binding is there", () => {
  expect(isBound({})).toBe(false)
  expect(isBound({ AWS_REGION: "eu-west-1", SST_STAGE: "prod" })).toBe(false)
  expect(isBound({ SST_RESOURCE_App: "{}" })).toBe(true)
})

describe("front doors", () => {
  it("are called as infra/ and the local stack call them", () => {
    const names = Object.entries(deployed).map(([name, { prefix }]) => [name, `${prefix}Api`])
    expect(doorNames.map((door) => [door, resourceOf(door)]).sort()).toEqual(names.sort())
    expect([...localDoors].sort()).toEqual([...doorNames].sort())
  })

  it("of the local stack are bound under the same names", () => {
    const doors = Object.fromEntries(localDoors.map((door, at) => [door, `http://127.0.0.1:${4700 + at}`]))
    expect(
      parseStage({
        ...local,
        ...stageEnvironment({ dynamo: "", userPool: "", doors }),
        ...endpointsOf(local),
      }).doors,
    ).toEqual(doors)
  })
})

function endpointsOf(environment: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => name.startsWith("AWS_ENDPOINT_URL_")),
  )
}
