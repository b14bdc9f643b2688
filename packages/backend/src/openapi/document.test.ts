import { routes } from "@claimgate/catalog"
import { methodsOf } from "@claimgate/core"
import { createDynamoClient } from "@claimgate/store"
import { Validator } from "@seriousme/openapi-schema-validator"
import { beforeAll, expect, test } from "vitest"
import { type ApiOverTable, createApi } from "../../test/api.ts"

interface Operation {
  readonly operationId: string
  readonly security?: unknown
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
}
interface Schema {
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
}
interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

let api: ApiOverTable
let document: Document
beforeAll(async () => {
  // Nothing here asks the table for anything.
  api = await createApi({ client: createDynamoClient({ region: "eu-west-1" }), table: "none" })
  const reply = await api.call("GET /openapi.json", { context: null })
  expect(reply).toMatchObject({ status: 200, headers: { "content-type": "application/json; charset=utf-8" } })
  document = JSON.parse(reply.text)
})

const operation = (method: string, path: string) => document.paths[path]?.[method]

test("is valid OpenAPI 3.1, by somebody else's word", async () => {
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)))
  expect(errors).toBeUndefined()
  expect([valid, document.openapi]).toEqual([true, "3.1.0"])
})

test("has every route of the table, by its name, and no other", () => {
  const described = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, { operationId }]) => `${operationId}: ${method.toUpperCase()} ${path}`,
    ),
  )
  const declared = Object.values(routes).flatMap(({ name, method, path }) =>
    methodsOf(method).map((one) => `${name}: ${one} ${path.replaceAll("+}", "}")}`),
  )
  expect(described.sort()).toEqual(declared.sort())
})

test("says what goes in: what must, what may, and nothing else", () => {
  const body = operation("put", "/api/admin/roles/{role}")?.requestBody?.content["application/json"]?.schema
  expect(body).toMatchObject({ required: ["permissions", "version"], additionalProperties: false })
  const grant = operation("post", "/api/admin/members/{subject}/grant")
  expect(grant?.requestBody?.content["application/json"]?.schema.required ?? []).toEqual([])
  expect(grant?.parameters?.map((one) => [one.in, one.name, one.required])).toEqual([
    ["path", "subject", true],
    ["header", "Idempotency-Key", false],
  ])
  const explained = operation("get", "/api/admin/explain")?.parameters
  expect(explained?.map((one) => [one.name, one.required])).toEqual([
    ["subject", true],
    ["method", true],
    ["path", true],
  ])
  const listed = operation("get", "/api/admin/members")?.parameters
  expect(listed?.map((one) => [one.name, one.required])).toEqual([
    ["limit", false],
    ["cursor", false],
  ])
})

test("asks for a token everywhere but on public routes", () => {
  for (const { method, path, access } of Object.values(routes)) {
    const one = operation(methodsOf(method)[0]?.toLowerCase() ?? "", path.replaceAll("+}", "}"))
    expect([path, one?.security !== undefined]).toEqual([path, access !== "public"])
  }
})
