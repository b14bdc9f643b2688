import { createCatalog, expand, routeIds } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { builtInRoles, evaluate } from "./evaluate.ts"
import type { Member, Role, SubjectRecord } from "./port.ts"

const alice: Member = {
  subject: "alice",
  roles: [],
  permissions: ["GET:/own"],
  disabled: false,
  deleted: false,
  version: 5,
}
const editor: Role = { name: "editor", permissions: ["GET:/a", "PUT:/a"], deleted: false, version: 3 }
const viewer: Role = { name: "viewer", permissions: ["!DELETE:/**"], deleted: false, version: 9 }
const gone: Role = { name: "gone", permissions: ["GET:/left-over"], deleted: true, version: 4 }
const impostor: Role = { name: "admin", permissions: [], deleted: true, version: 2 }

const rows: readonly {
  who: string
  member: Member | undefined
  roles?: readonly Role[]
  generation?: number
  holds: { roles: string[]; permissions: string[]; epoch: string }
}[] = [
  {
    who: "nobody",
    member: undefined,
    holds: { roles: [], permissions: [], epoch: "0.0" },
  },
  {
    who: "nobody, after the generation was raised",
    member: undefined,
    generation: 2,
    holds: { roles: [], permissions: [], epoch: "2.0" },
  },
  {
    who: "a member without roles",
    member: alice,
    holds: { roles: [], permissions: ["GET:/own"], epoch: "0.5" },
  },
  {
    who: "a member with nothing at all",
    member: { ...alice, permissions: [] },
    holds: { roles: [], permissions: [], epoch: "0.5" },
  },
  {
    who: "a member with a role",
    member: { ...alice, roles: ["editor"] },
    roles: [editor],
    generation: 1,
    holds: { roles: ["editor"], permissions: ["GET:/a", "PUT:/a", "GET:/own"], epoch: "1.5.3" },
  },
  {
    who: "a member whose roles come in no order: epochs follow the names",
    member: { ...alice, roles: ["viewer", "editor"] },
    roles: [viewer, editor],
    holds: {
      roles: ["editor", "viewer"],
      permissions: ["GET:/a", "PUT:/a", "!DELETE:/**", "GET:/own"],
      epoch: "0.5.3.9",
    },
  },
  {
    who: "a member whose role was deleted: it grants nothing, and its version counts",
    member: { ...alice, roles: ["gone"] },
    roles: [gone],
    holds: { roles: ["gone"], permissions: ["GET:/own"], epoch: "0.5.4" },
  },
  {
    who: "a member whose role never was",
    member: { ...alice, roles: ["editor", "never"] },
    roles: [editor],
    holds: { roles: ["editor", "never"], permissions: ["GET:/a", "PUT:/a", "GET:/own"], epoch: "0.5.3.0" },
  },
  {
    who: "a member beside roles that it does not hold",
    member: { ...alice, roles: ["viewer"] },
    roles: [editor, viewer],
    holds: { roles: ["viewer"], permissions: ["!DELETE:/**", "GET:/own"], epoch: "0.5.9" },
  },
  {
    who: "an administrator",
    member: { ...alice, roles: ["admin"] },
    holds: { roles: ["admin"], permissions: ["*:/**", "*:/", "GET:/own"], epoch: "0.5.0" },
  },
  {
    who: "an administrator, whatever is stored under that name",
    member: { ...alice, roles: ["admin"] },
    roles: [impostor],
    holds: { roles: ["admin"], permissions: ["*:/**", "*:/", "GET:/own"], epoch: "0.5.2" },
  },
  {
    who: "a disabled member",
    member: { ...alice, roles: ["editor"], disabled: true },
    roles: [editor],
    holds: { roles: [], permissions: [], epoch: "0.5" },
  },
  {
    who: "a disabled administrator",
    member: { ...alice, roles: ["admin"], disabled: true },
    holds: { roles: [], permissions: [], epoch: "0.5" },
  },
  {
    who: "a deleted member, even if something was left on its tombstone",
    member: { ...alice, roles: ["editor"], deleted: true },
    roles: [editor],
    holds: { roles: [], permissions: [], epoch: "0.5" },
  },
]

describe("what a subject holds", () => {
  it.each(rows)("$who", ({ member, roles = [], generation = 0, holds }) => {
    const record: SubjectRecord = { subject: "alice", generation, release: undefined, member, roles }
    expect(evaluate(record)).toEqual(holds)
  })

  it("leaves the record as it was", () => {
    const member = { ...alice, roles: Object.freeze(["viewer", "editor"]) }
    const record = { subject: "alice", generation: 0, release: undefined, member, roles: [] }
    expect(evaluate(record).roles).toEqual(["editor", "viewer"])
    expect(member.roles).toEqual(["viewer", "editor"])
  })
})

describe("the built-in roles", () => {
  const routes = ["GET /", "POST /", "GET /a", "DELETE /a/{id}", "PUT /a/{id}/files/{path+}"] as const
  const catalog = createCatalog(routes)
  const rows: readonly [role: string, covered: readonly string[]][] = [
    ["admin", routes],
    ["guest", []],
  ]

  it.each(rows)("%s covers %j", (role, covered) => {
    const ids = routeIds(expand(catalog, builtInRoles.get(role) ?? []))
    expect(ids.map((id) => routes[id])).toEqual(covered)
  })
})
