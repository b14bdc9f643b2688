/** Every function, bundled and bound as SST does it, in a process that has nothing else: it loads, and it answers. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CreateTableCommand } from "@aws-sdk/client-dynamodb"
import { createDynamoClient, createTableInput } from "@claimgate/store"
import { afterAll, beforeAll, expect, inject, test } from "vitest"
import { type DynamoServer, startDynamo } from "../../packages/local/src/dynamo/server.ts"
import { type Deployed, deploy, invoke } from "./deployed.ts"
import { signIn, toHttpAuthorizer, toHttpBackend, toRestAuthorizer, toRestBackend } from "./events.ts"
import { resource } from "./plan.ts"
import type { VariantName } from "./variants.ts"

const plans = inject("plans")
const { repository } = inject("bundle")
const folder = mkdtempSync(join(tmpdir(), "claimgate-functions-"))
let dynamo: DynamoServer

beforeAll(async () => {
  dynamo = await startDynamo()
  const client = createDynamoClient({ endpoint: dynamo.endpoint, region, credentials })
  const { inputs } = resource(plans.default, "aws:dynamodb/table:Table", "PermissionsTableTable")
  await client.send(new CreateTableCommand(createTableInput(String(inputs.name))))
  client.destroy()
})
afterAll(async () => {
  await dynamo.close()
  rmSync(folder, { recursive: true, force: true })
})

const region = "eu-west-1"
const credentials = { accessKeyId: "test", secretAccessKey: "test" }

/** What Lambda sets, and where the table is. */
const aws = () => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_SESSION_TOKEN: "test",
  AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
})

const noClaims = { "custom:role": "guest", "custom:permissions": "-" }
const granted = { claimsToAddOrOverride: expect.objectContaining(noClaims) }
const nothingGranted = {
  answer: expect.objectContaining({
    response: {
      claimsAndScopeOverrideDetails: { idTokenGeneration: granted, accessTokenGeneration: granted },
    },
  }),
}
const refused = { error: "Unauthorized" }
const healthy = { answer: expect.objectContaining({ statusCode: 200 }) }

const rows: readonly [name: string, variant: VariantName, event: object, outcome: object][] = [
  ["PreToken", "default", signIn, nothingGranted],
  ["HybridAuthorizer", "default", toHttpAuthorizer, refused],
  ["ClaimsAuthorizer", "all but REST", toHttpAuthorizer, refused],
  ["CachedAuthorizer", "cached", toRestAuthorizer, refused],
  ["ClaimsRestAuthorizer", "claims-rest", toRestAuthorizer, refused],
  ["HybridBackend", "default", toHttpBackend("/health"), healthy],
  ["ClaimsBackend", "all but REST", toHttpBackend("/health"), healthy],
  ["JwtBackend", "all but REST", toHttpBackend("/health"), healthy],
  ["CachedBackend", "cached", toRestBackend("/health"), healthy],
  ["ClaimsRestBackend", "claims-rest", toRestBackend("/health"), healthy],
  ["CognitoBackend", "backend-rest", toRestBackend("/health"), healthy],
]

test("every function of every plan is called here", () => {
  const names = Object.values(plans).flatMap(({ functions }) => functions.map(({ name }) => name))
  expect(rows.map(([name]) => name).toSorted()).toEqual([...new Set(names)].toSorted())
})

test.each(rows)(
  "%s loads from its bundle and bindings alone, and answers with the rights that it has",
  async (name, variant, event, outcome) => {
    expect(await invoke(await deployed(name, variant), event, aws())).toEqual(outcome)
  },
)

test.each(rows.filter(([name]) => name.endsWith("Backend")))(
  "%s lets nobody in whom no authorizer let in",
  async (name, variant) => {
    const event =
      name.startsWith("C") && name !== "ClaimsBackend" ? toRestBackend("/api/me") : toHttpBackend("/api/me")
    const outcome = await invoke(await deployed(name, variant), event, aws())
    expect(outcome).toEqual({ answer: expect.objectContaining({ statusCode: 401 }) })
  },
)

test.each(rows.filter(isFirstOfItsKind))(
  "%s does not load without its bindings",
  async (name, variant, event) => {
    const { folder: own, ...rest } = await deployed(name, variant)
    const environment = { SST_RESOURCE_App: rest.environment.SST_RESOURCE_App ?? "" }
    const outcome = invoke({ ...rest, folder: own, environment }, event, aws())
    await expect(outcome).rejects.toThrow(/is not linked in your sst\.config|malformed_configuration/)
  },
)

/** All backends are one bundle. */
function isFirstOfItsKind([name]: (typeof rows)[number]): boolean {
  return !name.endsWith("Backend") || name === "HybridBackend"
}

const known = new Map<string, Promise<Deployed>>()

function deployed(name: string, variant: VariantName): Promise<Deployed> {
  const own = plans[variant].functions.find((each) => each.name === name)
  if (own === undefined) throw new Error(`plan \`${variant}\`: expected function \`${name}\``)
  const found = known.get(name) ?? deploy(plans[variant], own, folder, repository)
  known.set(name, found)
  return found
}
