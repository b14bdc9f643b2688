import { createCatalog } from "@claimgate/core"
import { expect, test } from "vitest"
import { diffRoles } from "./diff.ts"
import { formatMatrix } from "./matrix.ts"

const catalog = createCatalog(["GET /users", "POST /users", "GET /users/{id}", "GET /reports"])
const stored = (name: string, permissions: readonly string[], version = 3, deleted = false) => ({
  name,
  permissions,
  version,
  deleted,
})

test("a role that differs is told by what its holders gain and lose", () => {
  const declared = [{ name: "reader", permissions: ["GET:/users/**", "GET:/reports"] }]
  expect(diffRoles(catalog, declared, [stored("reader", ["GET:/users", "GET:/users/*"])])).toEqual([
    {
      name: "reader",
      kind: "change",
      version: 3,
      permissions: ["GET:/users/**", "GET:/reports"],
      gains: ["GET:/reports"],
      loses: ["GET:/users"],
    },
  ])
})

test("a new role is over version 0, one that comes back over its tombstone's", () => {
  const declared = [{ name: "reader", permissions: ["GET:/users"] }]
  expect(diffRoles(catalog, declared, [])).toMatchObject([
    { kind: "create", version: 0, gains: ["GET:/users"] },
  ])
  expect(diffRoles(catalog, declared, [stored("reader", [], 4, true)])).toMatchObject([
    { kind: "create", version: 4 },
  ])
})

test("another wording of the same is a change without effect", () => {
  const declared = [{ name: "reader", permissions: ["GET:/users/*"] }]
  expect(diffRoles(catalog, declared, [stored("reader", ["GET:/users/{id}"])])).toMatchObject([
    { kind: "change", gains: [], loses: [] },
  ])
})

test("the same permissions in another order are no change", () => {
  const declared = [{ name: "reader", permissions: ["GET:/users", "GET:/reports"] }]
  expect(diffRoles(catalog, declared, [stored("reader", ["GET:/reports", "GET:/users"])])).toEqual([])
})

test("a stored role that is not declared stays, unless it is to be pruned", () => {
  const extra = [stored("old", ["GET:/users"])]
  expect(diffRoles(catalog, [], extra)).toEqual([])
  expect(diffRoles(catalog, [], extra, { prune: true })).toMatchObject([
    { kind: "delete", version: 3, loses: ["GET:/users"] },
  ])
  expect(diffRoles(catalog, [], [stored("old", [], 4, true)], { prune: true })).toEqual([])
})

test("the matrix has a line for each route and a column for each role", () => {
  expect(formatMatrix(catalog, [{ name: "reader", permissions: ["GET:/**"] }])).toBe(
    [
      "| route | reader |",
      "| --- | --- |",
      "| `GET /users` | ✓ |",
      "| `POST /users` |  |",
      "| `GET /users/{id}` | ✓ |",
      "| `GET /reports` | ✓ |",
      "",
    ].join("\n"),
  )
})
