/** What is committed about roles: the file, what it comes to, and how editors know its form. */
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { catalog } from "@claimgate/catalog"
import { expect, test } from "vitest"
import { checkRoles } from "./check.ts"
import { formatMatrixPage } from "./matrix.ts"
import { parseRolesFile, rolesSchema } from "./roles-file.ts"

const read = (path: string) =>
  readFile(fileURLToPath(new URL(`../../../../${path}`, import.meta.url)), "utf8")
const rolesFile = async () => parseRolesFile(await read("roles.yaml"), "roles.yaml")

test("roles.yaml covers routes, and grants what it says it does and nothing that it says it must not", async () => {
  expect(checkRoles(await rolesFile(), catalog)).toEqual([])
})

test("docs/roles.md is what `npx claimgate roles matrix` prints", async () => {
  expect(await read("docs/roles.md")).toBe(formatMatrixPage(catalog, (await rolesFile()).roles))
})

test("packages/cli/roles.schema.json is what `npx claimgate roles schema` prints", async () => {
  // As data: the formatter has its own mind about line breaks.
  expect(JSON.parse(await read("packages/cli/roles.schema.json"))).toEqual(rolesSchema())
})

test("roles.yaml names the schema for editors", async () => {
  expect((await read("roles.yaml")).split("\n")[0]).toBe(
    "# yaml-language-server: $schema=./packages/cli/roles.schema.json",
  )
})
