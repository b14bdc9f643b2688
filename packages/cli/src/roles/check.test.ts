import { createCatalog } from "@claimgate/core"
import { describe, expect, test } from "vitest"
import { checkRoles } from "./check.ts"
import { parseRolesFile } from "./roles-file.ts"

const catalog = createCatalog(["GET /users", "GET /users/{id}", "DELETE /users/{id}", "GET /reports"])
const findings = (text: string) => checkRoles(parseRolesFile(text, "roles.yaml"), catalog)

test("roles that keep all rules have no findings", () => {
  const text = `
never: [DELETE:/**]
roles:
  reader:
    permissions: [GET:/**]
    never: ["*:/reports/**"]
    expect: { allowed: [GET /users/1, GET /reports], refused: [DELETE /users/1, GET /nowhere, GET /users/..] }
`
  expect(findings(text)).toEqual([])
})

describe("a finding names the line and what was expected:", () => {
  test.each([
    [
      "a permission that covers nothing",
      "permissions: [GET:/nowhere]",
      "roles.yaml:3: permission `GET:/nowhere`: covers no route",
    ],
    ["an exception that covers nothing", "permissions: ['!GET:/x']", "permission `!GET:/x`: covers no route"],
    [
      "a rule that is broken by a wildcard",
      "permissions: ['*:/**']\n    never: ['DELETE:/users/*']",
      "role `reader`: holds `DELETE:/users/{id}`, expected nothing of `DELETE:/users/*`",
    ],
    [
      "a request that should be allowed",
      "permissions: [GET:/users]\n    expect: { allowed: [GET /reports] }",
      "roles.yaml:4: role `reader`: `GET /reports`: expected it to be allowed, is refused, no_permission",
    ],
    [
      "a request that should be refused",
      "permissions: [GET:/users]\n    expect: { refused: [GET /users] }",
      "`GET /users`: expected it to be refused, is allowed",
    ],
    [
      "a request for no route",
      "permissions: [GET:/users]\n    expect: { allowed: [GET /nowhere] }",
      "is refused, no_route",
    ],
  ])("%s", (_, role, expected) => {
    const found = findings(`roles:\n  reader:\n    ${role}\n`)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(expected)
  })

  test("the rules for all roles hold for each", () => {
    const found = findings(
      "never: [GET:/reports]\nroles:\n  a: { permissions: [GET:/**] }\n  b: { permissions: [GET:/users] }\n",
    )
    expect(found).toEqual([
      "roles.yaml:3: role `a`: holds `GET:/reports`, expected nothing of `GET:/reports`",
    ])
  })
})

describe("a file that is no roles file is refused, with its line:", () => {
  test.each([
    ["no YAML", "roles: [", "roles.yaml:1: not YAML"],
    ["nothing", "", "roles.yaml:1: "],
    ["another key", "roles: {}\nrole: {}\n", "role"],
    ["a field that a role has not", "roles:\n  a:\n    permissions: []\n    grants: []\n", "roles.yaml:3"],
    ["a key twice", "roles:\n  a: { permissions: [] }\n  a: { permissions: [] }\n", "roles.yaml:3: not YAML"],
    ["a built-in role", "roles:\n  admin: { permissions: [] }\n", "role `admin`: is built in"],
    ["a name in capitals", "roles:\n  Admin: { permissions: [] }\n", "roles.yaml:2"],
    [
      "a malformed permission",
      "roles:\n  a:\n    permissions:\n      - GET /x\n",
      "roles.yaml:4: permission `GET /x`",
    ],
    [
      "a malformed rule",
      "roles:\n  a:\n    permissions: []\n    never:\n      - GET:x\n",
      "roles.yaml:5: permission",
    ],
    [
      "an example without a method",
      "roles:\n  a:\n    permissions: []\n    expect: { allowed: [/x] }\n",
      "roles.yaml:4",
    ],
    ["a billion laughs", `a: &a [${"x,".repeat(50)}]\n${"b: [*a,*a]\n".repeat(1)}roles: {}\n`, "roles.yaml"],
  ])("%s", (_, text, expected) => {
    expect(() => parseRolesFile(text, "roles.yaml")).toThrow(expected)
  })
})
