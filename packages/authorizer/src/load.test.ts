/** The authorizers as they are deployed, bundled, each in a process of its own: they load complete, or not at all. */
import { execFile } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, it } from "vitest"
import { bundle, type HandlerName } from "../test/bundle.ts"
import { clientId, issuer } from "../test/issuer.ts"

const execute = promisify(execFile)
const names = ["hybrid", "claims-http", "claims-rest", "cached"] as const

/** CommonJS inside of a bundle asks for it. */
const banner = {
  js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)',
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "claimgate-authorizers-"))
  await Promise.all(
    names.map(async (name) => writeFile(join(folder, `${name}.mjs`), (await bundle(name, { banner })).code)),
  )
})
afterAll(() => rm(folder, { recursive: true }))

const tokens = { issuer, clientIds: [clientId], tokenUse: "access" }
const complete = {
  SST_RESOURCE_App: JSON.stringify({ name: "claimgate", stage: "test" }),
  SST_RESOURCE_Tokens: JSON.stringify(tokens),
  SST_RESOURCE_Permissions: JSON.stringify({ name: "permissions" }),
  POLICY_RESOURCE: "resource",
  FEED_MAX_AGE: "5",
  FEED_MAX_OUTAGE: "60",
  ON_STALE: "recheck",
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
}

async function load(name: HandlerName, environment: Readonly<Record<string, string>>): Promise<string> {
  const { href } = pathToFileURL(join(folder, `${name}.mjs`))
  const code = `console.log(typeof (await import(${JSON.stringify(href)})).handler)`
  const args = ["--input-type=module", "--eval", code]
  return (await execute(process.execPath, args, { env: { ...environment } })).stdout.trim()
}

it.concurrent.each(names)("%s loads with all that it needs", async (name) => {
  expect(await load(name, complete)).toBe("function")
})

it("claims-http needs its tokens' binding and nothing else", async () => {
  const { SST_RESOURCE_App, SST_RESOURCE_Tokens } = complete
  expect(await load("claims-http", { SST_RESOURCE_App, SST_RESOURCE_Tokens })).toBe("function")
})

const missing: readonly (readonly [HandlerName, keyof typeof complete, string])[] = [
  ["hybrid", "SST_RESOURCE_Tokens", '"Tokens" is not linked'],
  ["hybrid", "SST_RESOURCE_Permissions", '"Permissions" is not linked'],
  ["hybrid", "FEED_MAX_AGE", "FEED_MAX_AGE: expected whole seconds from 1 to 300, or `off`"],
  ["hybrid", "FEED_MAX_OUTAGE", "FEED_MAX_OUTAGE: expected whole seconds"],
  ["hybrid", "ON_STALE", "ON_STALE: expected `recheck` or `refuse`"],
  ["hybrid", "AWS_REGION", "AWS_REGION: expected a region"],
  ["hybrid", "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY: expected what Lambda sets"],
  ["claims-http", "SST_RESOURCE_Tokens", '"Tokens" is not linked'],
  ["claims-rest", "SST_RESOURCE_Tokens", '"Tokens" is not linked'],
  ["claims-rest", "POLICY_RESOURCE", "POLICY_RESOURCE: expected `path` or `resource`"],
  ["cached", "SST_RESOURCE_Tokens", '"Tokens" is not linked'],
  ["cached", "SST_RESOURCE_Permissions", '"Permissions" is not linked'],
  ["cached", "POLICY_RESOURCE", "POLICY_RESOURCE: expected `path` or `resource`"],
]
it.concurrent.each(missing)("%s crashes at load without %s: %s", async (name, variable, said) => {
  const { [variable]: _, ...rest } = complete
  await expect(load(name, rest)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(said) })
})

const wrong: readonly (readonly [HandlerName, string, object, string])[] = [
  ["claims-http", "Tokens", { ...tokens, clientIds: [] }, "Tokens: clientIds: expected"],
  ["claims-rest", "Tokens", { ...tokens, issuer: "https://example.com" }, "Tokens: issuer: expected"],
  ["cached", "Tokens", { ...tokens, tokenUse: undefined }, "Tokens: tokenUse: expected"],
  ["cached", "Permissions", {}, "Permissions: expected the table's name"],
]
it.concurrent.each(wrong)("%s crashes at load with wrong %s %j: %s", async (name, binding, value, said) => {
  const environment = { ...complete, [`SST_RESOURCE_${binding}`]: JSON.stringify(value) }
  await expect(load(name, environment)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(said),
  })
})
