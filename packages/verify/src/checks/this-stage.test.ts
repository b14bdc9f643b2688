/** Stages whose user pool is set up in other ways. */
import { expect, it } from "vitest"
import { openScriptedLab, type Script } from "../../test/scripted-lab.ts"
import type { Stage } from "../stage.ts"
import { thisStage } from "./this-stage.ts"

interface Row {
  readonly id: string
  readonly what: string
  /** As Cognito describes them. */
  readonly pool?: object
  readonly client?: object
  readonly stage?: Pick<Stage, "pool" | "tokens">
}

const tokens = {
  issuer: "https://issuer.example.com",
  clientIds: ["web", "other"],
  tokenUse: "access",
} as const
const people = { tokens, pool: { id: "eu-west-1_Scripted1", webClientId: "web" } }
const machines = { tokens, pool: { ...people.pool, machine: { id: "other", secret: "s" } } }
const idTokens = { ...people, tokens: { ...tokens, tokenUse: "id" } } as const

const withRole = { SchemaAttributes: [{ Name: "sub" }, { Name: "custom:role" }] }
const withoutVersion = { LambdaConfig: { PreTokenGeneration: "arn" } }
const triggerAt = (LambdaVersion: string) => ({
  LambdaConfig: { PreTokenGenerationConfig: { LambdaArn: "arn", LambdaVersion } },
})
const lasting = (AccessTokenValidity: number, AccessToken?: string) => ({
  AccessTokenValidity,
  ...(AccessToken !== undefined && { TokenValidityUnits: { AccessToken } }),
})

const [attributes, tier] = ["stage-attributes", "stage-tier"]
const [trigger, lifetime] = ["stage-trigger", "stage-token-lifetime"]

const wrong: readonly Row[] = [
  ...[
    {
      what: "a client on the second page may write a claim's name",
      client: { WriteAttributes: ["custom:role"] },
    },
    { what: "a client has no list of what it may write", client: {} },
    { what: "its list is empty", client: { WriteAttributes: [] } },
  ].map((one) => ({ id: attributes, pool: withRole, ...one })),
  ...["custom:role", "custom:permissions", "custom:epoch"].map((Name) => ({
    ...{ id: attributes, what: `it is ${Name}` },
    ...{ pool: { SchemaAttributes: [{ Name }] }, client: { WriteAttributes: ["email", Name] } },
  })),
  { id: tier, what: "access tokens cannot be changed", pool: { UserPoolTier: "LITE" } },
  { id: tier, what: "none is told", pool: {} },
  { id: trigger, what: "there is none", pool: {} },
  { id: trigger, what: "there is none for ID tokens", pool: { LambdaConfig: {} }, stage: idTokens },
  { id: trigger, what: "it is not told of access tokens", pool: triggerAt("V1_0") },
  { id: trigger, what: "it is set without a version", pool: withoutVersion },
  { id: trigger, what: "it is not told of machines", pool: triggerAt("V2_0"), stage: machines },
  ...[
    lasting(3601, "seconds"),
    lasting(61, "minutes"),
    lasting(2),
    lasting(1, "days"),
    lasting(1, "fortnights"),
  ].map((client) => ({ id: lifetime, what: JSON.stringify(client), client })),
  {
    ...{ id: lifetime, what: "ID tokens count and last", stage: idTokens },
    client: { ...lasting(5, "minutes"), IdTokenValidity: 2 },
  },
]

const right: readonly Row[] = [
  { id: attributes, what: "there is none", pool: { SchemaAttributes: [{ Name: "custom:roles" }] } },
  { id: attributes, what: "nobody writes it", pool: withRole, client: { WriteAttributes: ["email"] } },
  { id: tier, what: "it has all features", pool: { UserPoolTier: "PLUS" } },
  { id: tier, what: "it has enough of them", pool: { UserPoolTier: "ESSENTIALS" }, stage: machines },
  { id: tier, what: "ID tokens count", pool: { UserPoolTier: "LITE" }, stage: idTokens },
  { id: trigger, what: "it is told of machines", pool: triggerAt("V3_0"), stage: machines },
  { id: trigger, what: "it is not, and there are none", pool: triggerAt("V2_0") },
  { id: trigger, what: "ID tokens count", pool: withoutVersion, stage: idTokens },
  { id: lifetime, what: "it is the default of an hour" },
  { id: lifetime, what: "it is an hour in minutes", client: lasting(60, "minutes") },
  { id: lifetime, what: "ID tokens count, and access tokens last", client: lasting(24), stage: idTokens },
]

async function look({ id, pool = {}, client = {}, stage = people }: Row) {
  const { lab, close } = await openScriptedLab({ aws: poolOf(pool, client) })
  const seen = await thisStage
    .find((one) => one.id === id)
    // An hour behind the last kept answer.
    ?.look({ ...lab, stage: { ...lab.stage, changeLifetime: 7260, ...stage } })
  await close()
  return seen
}

/** Two clients on a page each: one as it should be, and the one that a row is about. */
function poolOf(UserPool: object, other: object): NonNullable<Script["aws"]> {
  const clients: Record<string, object> = {
    web: { WriteAttributes: ["email"], ...lasting(15, "minutes") },
    other,
  }
  return (command, { ClientId, NextToken }) => {
    if (command === "DescribeUserPoolCommand") return { UserPool }
    if (command === "DescribeUserPoolClientCommand") return { UserPoolClient: clients[String(ClientId)] }
    return NextToken === undefined
      ? { UserPoolClients: [{ ClientId: "web" }], NextToken: "more" }
      : { UserPoolClients: [{ ClientId: "other" }] }
  }
}

it.each(wrong)("$id is alarming where $what", async (row) => {
  expect(await look(row)).toMatchObject({ verdict: "differs", alarming: true })
})

it.each(right)("$id is as expected where $what", async (row) => {
  expect(await look(row)).toMatchObject({ verdict: "as expected" })
})

it("says which clients may write it, and nothing else of them", async () => {
  const client = { WriteAttributes: ["custom:role"], ClientSecret: "a-secret" }
  expect(await look({ id: attributes, what: "", pool: withRole, client })).toMatchObject({
    seen: "custom:role: may be written by other",
  })
})

it("what cannot be asked was not seen", async () => {
  const aws = () => Promise.reject(Object.assign(new Error("denied"), { name: "AccessDeniedException" }))
  const { lab, close } = await openScriptedLab({ aws })
  for (const one of thisStage) await expect(one.look(lab)).rejects.toThrow("denied")
  await close()
})
