import { createCatalog } from "@claimgate/core"
import { createMemoryStore, newAttribution, type PermissionStore } from "@claimgate/store"
import { beforeEach, describe, expect, test } from "vitest"
import { type Actor, operatorOf } from "./actor.ts"
import { type Administration, createAdministration } from "./administration.ts"
import type { Asking } from "./asking.ts"

const catalog = createCatalog([
  "GET /users",
  "POST /users",
  "GET /users/{id}",
  "GET /users/export",
  "GET /reports",
  "POST /reports",
  "POST /api/admin/members/{subject}/grant",
])

const ann: Actor = { name: "ann", roles: ["admin"], permissions: ["*:/**", "*:/"], isAdministrator: true }
const lea: Actor = {
  name: "lea",
  roles: ["lead"],
  permissions: ["GET:/**", "!GET:/users/export", "POST:/api/admin/**"],
  isAdministrator: false,
}

const reading = ["GET:/*", "GET:/users/*", "!GET:/users/export"]

let store: PermissionStore
let admin: Administration

beforeEach(async () => {
  store = createMemoryStore()
  admin = createAdministration({ store, catalog, form: "packed" })
  const seed = () => newAttribution("seed", "seed")
  await store.putRole({ name: "reader", permissions: reading }, 0, seed())
  await store.putRole({ name: "lead", permissions: lea.permissions }, 0, seed())
  await store.putRole({ name: "writer", permissions: ["POST:/reports"] }, 0, seed())
  const person = { permissions: [], disabled: false }
  await store.putMember({ subject: "ann", roles: ["admin"], ...person }, 0, seed())
  await store.putMember({ subject: "lea", roles: ["lead"], ...person }, 0, seed())
  await store.putMember({ subject: "ben", roles: ["writer"], ...person }, 0, seed())
})

let keys = 0
const by = (actor: Actor, idempotencyKey = `key-${++keys}`): Asking => ({
  actor,
  door: "admin-api",
  requestId: `request-${keys}`,
  idempotencyKey,
})

const trailOf = async (subject: string) => (await store.listAudit({ kind: "member", name: subject })).items
const roles = async (subject: string) => (await store.load(subject)).member?.roles

describe("an administrator", () => {
  test("grants and revokes, one audit record each", async () => {
    expect(await admin.grant("ben", { roles: ["reader"] }, by(ann))).toMatchObject({
      ok: true,
      value: { roles: ["reader", "writer"], version: 2 },
    })
    expect(await admin.revoke("ben", { roles: ["writer"] }, by(ann))).toMatchObject({
      ok: true,
      value: { roles: ["reader"] },
    })
    expect((await trailOf("ben")).map(({ outcome, actor }) => [outcome, actor])).toEqual([
      ["done", "ann"],
      ["done", "ann"],
      ["done", "seed"],
    ])
  })

  test("grants to a subject that nobody knew", async () => {
    expect(await admin.grant("client:job", { permissions: ["GET:/reports"] }, by(ann))).toMatchObject({
      ok: true,
      value: { permissions: ["GET:/reports"], version: 1 },
    })
  })

  test("changes nothing by a grant of what is held: no version, no record", async () => {
    const before = (await trailOf("ben")).length
    expect(await admin.grant("ben", { roles: ["writer"] }, by(ann))).toMatchObject({
      ok: true,
      value: { version: 1 },
    })
    expect(await trailOf("ben")).toHaveLength(before)
  })

  test("disables and enables; renewing bumps the version alone", async () => {
    expect(await admin.disable("ben", by(ann))).toMatchObject({ value: { disabled: true, version: 2 } })
    expect(await admin.enable("ben", by(ann))).toMatchObject({ value: { disabled: false, version: 3 } })
    expect(await admin.renew("ben", by(ann))).toMatchObject({ value: { roles: ["writer"], version: 4 } })
  })

  test("deletes a member and a role", async () => {
    expect(await admin.deleteMember("ben", by(ann))).toMatchObject({ ok: true, value: { deleted: true } })
    expect(await admin.deleteRole("writer", 1, by(ann))).toMatchObject({ ok: true, value: { deleted: true } })
    await expect(admin.disable("ben", by(ann))).rejects.toMatchObject({ code: "not_found" })
    await expect(admin.grant("ben", { roles: ["writer"] }, by(ann))).rejects.toMatchObject({
      code: "not_found",
    })
  })
})

describe("a rule refuses, nothing is stored, and the attempt is recorded:", () => {
  const cases: [string, string, (asking: (actor: Actor) => Asking) => Promise<unknown>, string][] = [
    [
      "an administrator's own grants",
      "own_grants",
      (as) => admin.grant("ann", { roles: ["reader"] }, as(ann)),
      "ann",
    ],
    ["one's own grants", "own_grants", (as) => admin.grant("lea", { roles: ["writer"] }, as(lea)), "lea"],
    ["disabling oneself", "own_grants", (as) => admin.disable("ann", as(ann)), "ann"],
    [
      "making an administrator",
      "administrators_only",
      (as) => admin.grant("ben", { roles: ["admin"] }, as(lea)),
      "ben",
    ],
    [
      "removing an administrator",
      "administrators_only",
      (as) => admin.revoke("ann", { roles: ["admin"] }, as(lea)),
      "ann",
    ],
    ["disabling an administrator", "administrators_only", (as) => admin.disable("ann", as(lea)), "ann"],
    [
      "a role that covers more",
      "not_held",
      (as) => admin.grant("ben", { roles: ["writer"], permissions: ["POST:/users"] }, as(lea)),
      "ben",
    ],
    [
      "a route that is not held",
      "not_held",
      (as) => admin.grant("ben", { permissions: ["POST:/reports"] }, as(lea)),
      "ben",
    ],
    [
      "everything, by a wildcard",
      "administrators_only",
      (as) => admin.grant("ben", { permissions: ["*:/**"] }, as(lea)),
      "ben",
    ],
    [
      "the admin routes, which one holds",
      "administrators_only",
      (as) => admin.grant("ben", { permissions: ["POST:/api/admin/**"] }, as(lea)),
      "ben",
    ],
    [
      "one admin route",
      "administrators_only",
      (as) => admin.grant("ben", { permissions: ["POST:/api/admin/members/{subject}/grant"] }, as(lea)),
      "ben",
    ],
    [
      "a wildcard of one's own that will cover admin routes as soon as there are some",
      "administrators_only",
      (as) => admin.grant("ben", { permissions: ["GET:/**", "!GET:/users/export"] }, as(lea)),
      "ben",
    ],
    [
      "a role that covers the admin routes",
      "administrators_only",
      (as) => admin.grant("ben", { roles: ["lead"] }, as(lea)),
      "ben",
    ],
    ["signing an administrator out", "administrators_only", (as) => admin.renew("ann", as(lea)), "ann"],
    [
      "a wildcard without the exception that one is under",
      "not_held",
      (as) => admin.grant("ben", { permissions: ["GET:/users/*"] }, as(lea)),
      "ben",
    ],
    [
      "the last administrator, also to who holds the stage",
      "last_administrator",
      (as) => admin.disable("ann", as(operatorOf("aws:x"))),
      "ann",
    ],
    [
      "deleting the last administrator",
      "last_administrator",
      (as) => admin.deleteMember("ann", as(operatorOf("aws:x"))),
      "ann",
    ],
  ]

  test.each(cases)("%s: %s", async (_, rule, attempt, subject) => {
    const before = (await store.load(subject)).member
    const trail = (await trailOf(subject)).length
    expect(await attempt((actor) => by(actor))).toMatchObject({ ok: false, broken: { rule } })
    expect((await store.load(subject)).member).toEqual(before)
    const [newest, ...older] = await trailOf(subject)
    expect(older).toHaveLength(trail)
    expect(newest).toMatchObject({ outcome: "refused", because: rule })
  })

  test("taking an exception off, which gives back what one does not hold", async () => {
    await store.putMember(
      { subject: "ben", roles: ["writer"], permissions: ["POST:/users", "!POST:/reports"], disabled: false },
      1,
      newAttribution("seed", "seed"),
    )
    expect(await admin.revoke("ben", { permissions: ["!POST:/reports"] }, by(lea))).toMatchObject({
      broken: { rule: "not_held" },
    })
  })

  test("enabling who would hold more than one does", async () => {
    await admin.disable("ben", by(ann))
    expect(await admin.enable("ben", by(lea))).toMatchObject({ broken: { rule: "not_held" } })
    expect(await admin.enable("ben", by(ann))).toMatchObject({ ok: true })
  })

  test("a role that one holds, also to an administrator who holds it", async () => {
    expect(await admin.putRole("lead", ["GET:/users"], 1, by(lea))).toMatchObject({
      broken: { rule: "own_role" },
    })
    expect(await admin.deleteRole("lead", 1, by({ ...ann, roles: ["admin", "lead"] }))).toMatchObject({
      broken: { rule: "own_role" },
    })
  })

  test("a role that would give its holders what one does not hold", async () => {
    expect(await admin.putRole("reader", ["GET:/users/*"], 1, by(lea))).toMatchObject({
      broken: { rule: "not_held" },
    })
    expect(await admin.putRole("reader", ["*:/**"], 1, by(lea))).toMatchObject({
      broken: { rule: "administrators_only" },
    })
    expect(await admin.deleteRole("reader", 1, by(lea))).toMatchObject({ broken: { rule: "not_held" } })
    expect(await admin.putRole("new", ["POST:/users"], 0, by(lea))).toMatchObject({
      broken: { rule: "not_held" },
    })
    expect(await admin.putRole("new", ["GET:/users/*", "!GET:/users/export"], 0, by(lea))).toMatchObject({
      ok: true,
    })
  })
})

describe("a way around is none:", () => {
  const seeded = (permissions: string[], disabled: boolean, version = 1) =>
    store.putMember(
      { subject: "ben", roles: ["writer"], permissions, disabled },
      version,
      newAttribution("seed", "seed"),
    )
  const refusedAs = (rule: string) => ({ ok: false, broken: { rule } })

  test("granting to who is disabled, and waiting until somebody enables them", async () => {
    await seeded([], true)
    expect(await admin.grant("ben", { permissions: ["POST:/users"] }, by(lea))).toMatchObject(
      refusedAs("not_held"),
    )
    expect(await admin.grant("ben", { roles: ["lead"] }, by(lea))).toMatchObject(
      refusedAs("administrators_only"),
    )
    expect(await admin.grant("ben", { permissions: ["GET:/users"] }, by(lea))).toMatchObject({ ok: true })
  })

  test("taking an exception off who is disabled", async () => {
    await seeded(["!POST:/reports"], true)
    const lifting = await admin.revoke("ben", { permissions: ["!POST:/reports"] }, by(lea))
    expect(lifting).toMatchObject(refusedAs("not_held"))
  })

  test("taking off the exception first, while there is nothing to hold, and then giving what is held", async () => {
    await store.putMember(
      { subject: "ben", roles: [], permissions: ["!POST:/reports"], disabled: false },
      1,
      newAttribution("seed", "seed"),
    )
    const lifting = await admin.revoke("ben", { permissions: ["!POST:/reports"] }, by(lea))
    expect(lifting).toMatchObject(refusedAs("not_held"))
  })

  test("taking away a role whose exception hides what another role gives", async () => {
    await store.putRole({ name: "muted", permissions: ["!POST:/reports"] }, 0, newAttribution("seed", "seed"))
    await admin.grant("ben", { roles: ["muted"] }, by(ann))
    expect(await admin.revoke("ben", { roles: ["muted"] }, by(lea))).toMatchObject(refusedAs("not_held"))
    expect(await admin.deleteRole("muted", 1, by(lea))).toMatchObject(refusedAs("not_held"))
    expect(await admin.putRole("muted", [], 1, by(lea))).toMatchObject(refusedAs("not_held"))
  })

  test("bringing back who was deleted, with more", async () => {
    await admin.deleteMember("ben", by(ann))
    expect(await admin.grant("ben", { permissions: ["POST:/reports"] }, by(lea))).toMatchObject(
      refusedAs("not_held"),
    )
    expect(await admin.enable("ben", by(lea)).catch(({ code }) => code)).toBe("not_found")
  })

  test("a role that is filled after it was given", async () => {
    await admin.putRole("empty", [], 0, by(lea))
    await admin.grant("ben", { roles: ["empty"] }, by(lea))
    expect(await admin.putRole("empty", ["POST:/users"], 1, by(lea))).toMatchObject(refusedAs("not_held"))
  })

  test("an exception that is given along, and taken off in a second step", async () => {
    const given = await admin.grant("ben", { permissions: ["GET:/users/*", "!GET:/users/export"] }, by(lea))
    expect(given).toMatchObject({ ok: true })
    const lifting = await admin.revoke("ben", { permissions: ["!GET:/users/export"] }, by(lea))
    expect(lifting).toMatchObject(refusedAs("not_held"))
  })

  test("writing a role over a version that is yet to come", async () => {
    await expect(admin.putRole("writer", ["POST:/reports"], 2, by(lea))).rejects.toMatchObject({
      code: "conflict",
      version: 1,
    })
    expect((await store.readRole("writer"))?.version).toBe(1)
  })

  test.each(["admin", "guest"])("a role called %s", async (name) => {
    await expect(admin.putRole(name, ["GET:/users"], 0, by(ann))).rejects.toMatchObject({
      code: "malformed_name",
    })
    await expect(admin.deleteRole(name, 0, by(ann))).rejects.toMatchObject({ code: "malformed_name" })
  })

  test("an import", async () => {
    const line = JSON.stringify({ userId: "lea", permissions: ["POST:/users"] })
    expect(await admin.import([line], false, by(lea))).toMatchObject(refusedAs("administrators_only"))
    expect((await store.load("lea")).member).toMatchObject({ roles: ["lead"], permissions: [], version: 1 })
    expect((await store.listAudit({ kind: "generation", name: "" })).items).toMatchObject([
      { outcome: "refused", actor: "lea" },
    ])
  })

  test("an import by an administrator of what they hold themselves", async () => {
    const line = JSON.stringify({ userId: "ann", permissions: [] })
    expect(await admin.import([line], false, by(ann))).toMatchObject({
      value: { imported: 0, refused: [{ line: 1 }] },
    })
  })
})

describe("who is no administrator", () => {
  test("signs themselves out, and others, but changes nothing by it", async () => {
    for (const subject of ["lea", "ben"])
      expect(await admin.renew(subject, by(lea))).toMatchObject({ ok: true, value: { version: 2 } })
    expect(await roles("lea")).toEqual(["lead"])
  })

  test("adds what they hold to a role that holds more", async () => {
    expect(await admin.putRole("writer", ["POST:/reports", "GET:/users"], 1, by(lea))).toMatchObject({
      ok: true,
    })
  })

  test("takes a role away whose exceptions are nobody's concern any more", async () => {
    await store.putMember(
      { subject: "rob", roles: ["reader"], permissions: [], disabled: false },
      0,
      newAttribution("seed", "seed"),
    )
    expect(await admin.revoke("rob", { roles: ["reader"] }, by(lea))).toMatchObject({
      ok: true,
      value: { roles: [] },
    })
  })

  test("grants the role whose routes they hold, and what is less", async () => {
    expect(await admin.grant("ben", { roles: ["reader"] }, by(lea))).toMatchObject({ ok: true })
    expect(await admin.grant("ben", { permissions: ["GET:/users/{id}"] }, by(lea))).toMatchObject({
      ok: true,
    })
  })

  test("takes away also what they do not hold", async () => {
    expect(await admin.revoke("ben", { roles: ["writer"] }, by(lea))).toMatchObject({
      ok: true,
      value: { roles: [] },
    })
  })
})

describe("malformed, unknown or changed meanwhile is thrown:", () => {
  test.each([
    ["a permission that covers no route", { permissions: ["GET:/nowhere"] }, "uncovered_permission"],
    ["an exception that covers no route", { permissions: ["!GET:/nowhere"] }, "uncovered_permission"],
    ["a malformed permission", { permissions: ["GET /users"] }, "malformed_permission"],
    ["a role that is not there", { roles: ["nobody"] }, "not_found"],
    ["a role by a malformed name", { roles: ["No Role"] }, "malformed_name"],
    ["another version than the one that was seen", { roles: ["reader"], version: 7 }, "conflict"],
  ])("%s: %s", async (_, grants, code) => {
    await expect(admin.grant("ben", grants, by(ann))).rejects.toMatchObject({ code })
    expect(await roles("ben")).toEqual(["writer"])
  })

  test("a claim that no token can carry", async () => {
    const long = createCatalog(Array.from({ length: 400 }, (_, index) => `GET /a/rather/long/path/${index}`))
    const plain = createAdministration({ store, catalog: long, form: "plain" })
    await expect(plain.grant("ben", { permissions: ["GET:/**"] }, by(ann))).rejects.toMatchObject({
      code: "claim_too_large",
    })
    await expect(plain.putRole("wide", ["GET:/**"], 0, by(ann))).rejects.toMatchObject({
      code: "claim_too_large",
    })
    expect(await roles("ben")).toEqual(["writer"])
  })
})

describe("under one idempotency key", () => {
  test("a grant that is repeated after a revoke stays revoked", async () => {
    await admin.grant("ben", { roles: ["reader"] }, by(ann, "one"))
    await admin.revoke("ben", { roles: ["reader"] }, by(ann, "two"))
    expect(await admin.grant("ben", { roles: ["reader"] }, by(ann, "one"))).toMatchObject({
      ok: true,
      value: { version: 2 },
    })
    expect(await roles("ben")).toEqual(["writer"])
  })

  test("a change over a version is answered as it was, also when the record is another or gone by now", async () => {
    const first = await admin.grant("ben", { roles: ["reader"], version: 1 }, by(ann, "one"))
    expect(await admin.grant("ben", { roles: ["reader"], version: 1 }, by(ann, "one"))).toEqual(first)
    const gone = await admin.deleteMember("ben", by(ann, "two"))
    expect(await admin.deleteMember("ben", by(ann, "two"))).toEqual(gone)
    expect(await admin.grant("ben", { roles: ["reader"], version: 1 }, by(ann, "one"))).toEqual(first)
    expect((await store.load("ben")).member).toMatchObject({ deleted: true, version: 3 })
  })

  test("a role that is written or deleted is answered as it was", async () => {
    const first = await admin.putRole("writer", ["GET:/users"], 1, by(ann, "one"))
    expect(await admin.putRole("writer", ["GET:/users"], 1, by(ann, "one"))).toEqual(first)
    const gone = await admin.deleteRole("writer", 2, by(ann, "two"))
    expect(await admin.deleteRole("writer", 2, by(ann, "two"))).toEqual(gone)
    expect(await store.readRole("writer")).toMatchObject({ deleted: true, version: 3 })
  })

  test("nobody else is answered", async () => {
    await admin.grant("ben", { roles: ["reader"], version: 1 }, by(ann, "one"))
    const eve = { ...ann, name: "eve" }
    await expect(admin.grant("ben", { roles: ["reader"], version: 1 }, by(eve, "one"))).rejects.toMatchObject(
      {
        code: "conflict",
        version: 2,
      },
    )
  })

  test("something else is a conflict", async () => {
    await admin.grant("ben", { roles: ["reader"] }, by(ann, "one"))
    await expect(admin.grant("ben", { roles: ["lead"] }, by(ann, "one"))).rejects.toMatchObject({
      code: "conflict",
    })
  })
})

test("a race that is lost is run again over what is there", async () => {
  const grants = ["reader", "lead"].map((role) => admin.grant("ben", { roles: [role] }, by(ann)))
  expect(await Promise.all(grants)).toMatchObject([{ ok: true }, { ok: true }])
  expect(await roles("ben")).toEqual(["lead", "reader", "writer"])
})

test("of two who remove each other, one administrator stays", async () => {
  const eve: Actor = { ...ann, name: "eve" }
  await admin.grant("eve", { roles: ["admin"] }, by(ann))
  const outcomes = await Promise.allSettled([
    admin.revoke("eve", { roles: ["admin"] }, by(ann)),
    admin.revoke("ann", { roles: ["admin"] }, by(eve)),
  ])
  expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0)
  expect(await store.countAdministrators()).toBe(1)
})
