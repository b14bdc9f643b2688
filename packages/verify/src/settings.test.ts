import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { readSettings } from "./settings.ts"

it.each([{}, { CORS_ORIGINS: "", CACHED_BY: "", CLAIMS_TTL: "", REST_AUTHORIZER: "", PERMISSION_CACHE: "" }])(
  "has the defaults of a deployment with %j",
  (env) => {
    expect(readSettings(env)).toEqual({
      ...{ origin: undefined, cachedBy: "resource", keepsClaims: false },
      ...{ restAuthorizer: "REQUEST", permissionCache: "memory" },
    })
  },
)

it("has the same defaults as `.env.example`", () => {
  const example = readFileSync(new URL("../../../.env.example", import.meta.url), "utf8")
  const lines = [...example.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value])
  expect(readSettings(Object.fromEntries(lines))).toEqual(readSettings({}))
})

it.each([
  [{ CORS_ORIGINS: " https://a.example.com , https://b.example.com" }, { origin: "https://a.example.com" }],
  [{ CLAIMS_TTL: "60" }, { keepsClaims: true }],
  [{ CLAIMS_TTL: "0" }, { keepsClaims: false }],
  [{ CACHED_BY: "path" }, { cachedBy: "path" }],
  [{ REST_AUTHORIZER: "TOKEN" }, { restAuthorizer: "TOKEN" }],
  [{ PERMISSION_CACHE: "redis" }, { permissionCache: "redis" }],
])("reads %j", (env, settings) => {
  expect(readSettings(env)).toEqual({ ...readSettings({}), ...settings })
})
