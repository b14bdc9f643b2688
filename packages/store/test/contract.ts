/**
 * What any PermissionStore must do, as tests. A store's own test file calls `describeStore` with a function that
 * makes an empty one.
 */
import { describe, expect, it } from "vitest"
import type { MemberDraft, PermissionStore, RoleDraft } from "../src/port.ts"
import { by } from "./by.ts"
import { describeAdministration } from "./contract-administration.ts"
import { describeLog } from "./contract-log.ts"

/** Runs the contract against a store; `create` makes a new, empty one for each test, on the clock that it is given. */
export function describeStore(name: string, create: Create): void {
  describe(`${name} as a PermissionStore`, () => {
    describe("members", () => describeMembers(create))
    describe("roles", () => describeRoles(create))
    describe("a subject with its roles", () => describeLoading(create))
    describe("release and generation", () => describeMarkers(create))
    describe("malformed input", () => describeRefusals(create))
    describeLog(create)
    describeAdministration(create)
  })
}

const alice: MemberDraft = {
  subject: "6c1f0f5e-7a0b-4f0a-9a3e-0d8f6f2b1c11",
  roles: ["editor", "viewer"],
  permissions: ["GET:/api/devices", "!DELETE:/api/**"],
  disabled: false,
}
const editor: RoleDraft = { name: "editor", permissions: ["GET:/api/reports", "PUT:/api/reports/{id}"] }
const viewer: RoleDraft = { name: "viewer", permissions: ["GET:/**"] }
const live = { deleted: false }
const emptyMember = { roles: [], permissions: [], disabled: false }

export type Create = (options?: { readonly now?: () => number }) => Promise<PermissionStore>

function describeMembers(create: Create): void {
  it("reads what was written, at version 1", async () => {
    const store = await create()
    const written = await store.putMember(alice, 0, by())
    expect(written).toEqual({ ...alice, ...live, version: 1 })
    expect((await store.load(alice.subject)).member).toEqual(written)
  })

  it("counts each write over the version that was read", async () => {
    const store = await create()
    await store.putMember(alice, 0, by())
    await store.putMember({ ...alice, permissions: [] }, 1, by())
    const third = await store.putMember({ ...alice, disabled: true }, 2, by())
    expect(third).toEqual({ ...alice, disabled: true, ...live, version: 3 })
    expect((await store.load(alice.subject)).member).toEqual(third)
  })

  it("takes a record that was read, with a change, as the next draft", async () => {
    const store = await create()
    const read = await store.putMember(alice, 0, by())
    const next = await store.putMember({ ...read, permissions: [] }, read.version, by())
    expect(next).toEqual({ ...read, permissions: [], version: 2 })
  })

  it("keeps roles in order of name, and roles and permissions once each", async () => {
    const store = await create()
    const draft = {
      ...alice,
      roles: ["viewer", "admin", "viewer"],
      permissions: ["GET:/b", "GET:/a", "GET:/b"],
    }
    const written = await store.putMember(draft, 0, by())
    expect(written).toMatchObject({ roles: ["admin", "viewer"], permissions: ["GET:/b", "GET:/a"] })
    expect((await store.load(alice.subject)).member).toEqual(written)
  })

  it.each([
    { read: 1, when: "none is there", current: 0, writes: 0 },
    { read: 0, when: "one is there", current: 1, writes: 1 },
    { read: 1, when: "a newer one is there", current: 2, writes: 2 },
    { read: 3, when: "an older one is there", current: 2, writes: 2 },
  ])("refuses a put over version $read when $when", async ({ read, writes, current }) => {
    const store = await create()
    for (let version = 0; version < writes; version++) await store.putMember(alice, version, by())
    const before = await store.load(alice.subject)
    const put = store.putMember({ ...alice, permissions: ["GET:/lost"] }, read, by())
    await expect(put).rejects.toMatchObject({ code: "conflict" })
    await expect(put).rejects.toThrow(`current version is ${current}, expected ${read}`)
    expect(await store.load(alice.subject)).toEqual(before)
  })

  it.each([0, 1])("lets exactly one of eight writers over version %i win", async (version) => {
    const store = await create()
    if (version === 1) await store.putMember(alice, 0, by())
    const drafts = Array.from({ length: 8 }, (_, n) => ({ ...alice, permissions: [`GET:/writer/${n}`] }))
    const ends = await Promise.allSettled(drafts.map((draft) => store.putMember(draft, version, by())))
    const won = ends.filter((end) => end.status === "fulfilled")
    const lost = ends.filter((end) => end.status === "rejected")
    expect(won).toHaveLength(1)
    expect(lost.map((end) => end.reason.code)).toEqual(Array(7).fill("conflict"))
    expect((await store.load(alice.subject)).member).toEqual(won[0]?.value)
  })

  it("leaves a tombstone that holds nothing and counts on", async () => {
    const store = await create()
    await store.putMember(alice, 0, by())
    const tombstone = await store.deleteMember(alice.subject, 1, by())
    expect(tombstone).toEqual({ subject: alice.subject, ...emptyMember, deleted: true, version: 2 })
    expect((await store.load(alice.subject)).member).toEqual(tombstone)
  })

  it("never restarts versions: a member that comes back goes on from its tombstone", async () => {
    const store = await create()
    await store.putMember(alice, 0, by())
    await store.deleteMember(alice.subject, 1, by())
    await expect(store.putMember(alice, 0, by())).rejects.toMatchObject({ code: "conflict" })
    expect(await store.putMember(alice, 2, by())).toEqual({ ...alice, ...live, version: 3 })
  })

  it("refuses to delete who is not there, or not any more", async () => {
    const store = await create()
    await expect(store.deleteMember(alice.subject, 0, by())).rejects.toMatchObject({ code: "not_found" })
    await expect(store.deleteMember(alice.subject, 1, by())).rejects.toMatchObject({ code: "not_found" })
    expect((await store.load(alice.subject)).member).toBeUndefined()
    await store.putMember(alice, 0, by())
    await store.deleteMember(alice.subject, 1, by())
    await expect(store.deleteMember(alice.subject, 2, by())).rejects.toMatchObject({ code: "not_found" })
    expect((await store.load(alice.subject)).member?.version).toBe(2)
  })

  it("refuses to delete another version than the one that was read", async () => {
    const store = await create()
    const written = await store.putMember(alice, 0, by())
    for (const version of [0, 2])
      await expect(store.deleteMember(alice.subject, version, by())).rejects.toMatchObject({
        code: "conflict",
      })
    expect((await store.load(alice.subject)).member).toEqual(written)
  })

  it("lets a put or a delete win over the same version, not both", async () => {
    const store = await create()
    await store.putMember(alice, 0, by())
    const ends = await Promise.allSettled([
      store.putMember({ ...alice, roles: [] }, 1, by()),
      store.deleteMember(alice.subject, 1, by()),
    ])
    const won = ends.filter((end) => end.status === "fulfilled")
    expect(won).toHaveLength(1)
    expect((await store.load(alice.subject)).member).toEqual(won[0]?.value)
  })

  it.each(["client:1example23456789abcdefgh", "A.b+c_d:e@example-1.com", "x", "u".repeat(128)])(
    "keeps subject %s apart from others",
    async (subject) => {
      const store = await create()
      await store.putMember({ ...alice, subject }, 0, by())
      expect((await store.load(subject)).member?.subject).toBe(subject)
      expect((await store.load(`${subject.slice(0, -1)}Q`)).member).toBeUndefined()
    },
  )

  it("tells subjects apart by case", async () => {
    const store = await create()
    await store.putMember({ ...alice, subject: "abc" }, 0, by())
    await store.putMember({ ...alice, subject: "ABC", disabled: true }, 0, by())
    expect((await store.load("abc")).member?.disabled).toBe(false)
    expect((await store.load("ABC")).member?.disabled).toBe(true)
    expect((await store.load("Abc")).member).toBeUndefined()
  })
}

function describeRoles(create: Create): void {
  it("reads what was written, and counts versions", async () => {
    const store = await create()
    expect(await store.readRole("editor")).toBeUndefined()
    expect(await store.putRole(editor, 0, by())).toEqual({ ...editor, ...live, version: 1 })
    const second = await store.putRole({ ...editor, permissions: [] }, 1, by())
    expect(second).toEqual({ name: "editor", permissions: [], ...live, version: 2 })
    expect(await store.readRole("editor")).toEqual(second)
  })

  it("refuses a put or delete over another version than the one that was read", async () => {
    const store = await create()
    const written = await store.putRole(editor, 0, by())
    await expect(store.putRole(editor, 0, by())).rejects.toThrow(
      "role `editor`: current version is 1, expected 0",
    )
    await expect(store.putRole(editor, 2, by())).rejects.toMatchObject({ code: "conflict" })
    await expect(store.deleteRole("editor", 2, by())).rejects.toMatchObject({ code: "conflict" })
    await expect(store.deleteRole("viewer", 0, by())).rejects.toMatchObject({ code: "not_found" })
    expect(await store.readRole("editor")).toEqual(written)
  })

  it("leaves a tombstone that grants nothing and counts on", async () => {
    const store = await create()
    await store.putRole(editor, 0, by())
    const tombstone = { name: "editor", permissions: [], deleted: true, version: 2 }
    expect(await store.deleteRole("editor", 1, by())).toEqual(tombstone)
    expect(await store.readRole("editor")).toEqual(tombstone)
    await expect(store.deleteRole("editor", 2, by())).rejects.toMatchObject({ code: "not_found" })
    await expect(store.putRole(editor, 0, by())).rejects.toMatchObject({ code: "conflict" })
    expect(await store.putRole(editor, 2, by())).toEqual({ ...editor, ...live, version: 3 })
  })

  it.each(["admin", "guest"])("never writes the built-in role %s", async (name) => {
    const store = await create()
    await expect(store.putRole({ name, permissions: [] }, 0, by())).rejects.toMatchObject({
      code: "malformed_name",
    })
    await expect(store.deleteRole(name, 0, by())).rejects.toMatchObject({ code: "malformed_name" })
    expect(await store.readRole(name)).toBeUndefined()
  })

  it("keeps a role apart from a member of the same name", async () => {
    const store = await create()
    await store.putMember({ ...alice, subject: "editor" }, 0, by())
    expect(await store.readRole("editor")).toBeUndefined()
  })
}

function describeLoading(create: Create): void {
  it("knows nothing about who was never written", async () => {
    const store = await create()
    const nothing = { generation: 0, release: undefined, member: undefined, roles: [] }
    expect(await store.load("nobody")).toEqual({ subject: "nobody", ...nothing })
    expect(await store.load("nobody", ["editor"])).toEqual({ subject: "nobody", ...nothing })
  })

  const expectations = [
    { expected: "nothing", roles: [] },
    { expected: "exactly its roles", roles: ["editor", "viewer"] },
    { expected: "one of its roles", roles: ["viewer"] },
    { expected: "its roles twice, in another order", roles: ["viewer", "editor", "viewer", "editor"] },
    { expected: "roles that it does not hold", roles: ["auditor", "missing"] },
    { expected: "some right, some wrong", roles: ["auditor", "editor", "missing"] },
    { expected: "built-in roles", roles: ["guest", "admin"] },
    { expected: "what no role can be called", roles: ["", "Editor", "a#b", "x".repeat(5000)] },
    { expected: "more than anyone holds", roles: Array.from({ length: 200 }, (_, n) => `role-${n}`) },
  ]
  it.each(expectations)("answers the same when expecting $expected", async ({ roles }) => {
    const store = await create()
    await store.putRole(viewer, 0, by())
    await store.putRole(editor, 0, by())
    await store.putRole({ name: "auditor", permissions: ["GET:/audit"] }, 0, by())
    await store.putRelease("Rel-1")
    await store.putMember({ ...alice, roles: ["viewer", "editor"] }, 0, by())
    expect(await store.load(alice.subject, roles)).toEqual({
      subject: alice.subject,
      generation: 0,
      release: "Rel-1",
      member: { ...alice, ...live, version: 1 },
      roles: [
        { ...editor, ...live, version: 1 },
        { ...viewer, ...live, version: 1 },
      ],
    })
  })

  it.each([{ expected: [] }, { expected: ["editor", "viewer"] }])(
    "leaves out roles that never were, and shows tombstones, expecting $expected",
    async ({ expected }) => {
      const store = await create()
      await store.putRole(editor, 0, by())
      await store.deleteRole("editor", 1, by())
      await store.putMember(alice, 0, by())
      const { member, roles } = await store.load(alice.subject, expected)
      expect(member?.roles).toEqual(["editor", "viewer"])
      expect(roles).toEqual([{ name: "editor", permissions: [], deleted: true, version: 2 }])
    },
  )

  it("shows a disabled member with its roles: what it may do is not the store's business", async () => {
    const store = await create()
    await store.putRole(editor, 0, by())
    await store.putMember({ ...alice, disabled: true }, 0, by())
    const { member, roles } = await store.load(alice.subject)
    expect(member?.disabled).toBe(true)
    expect(roles.map((role) => role.name)).toEqual(["editor"])
  })

  it("has no roles for a tombstone, whatever the member held", async () => {
    const store = await create()
    await store.putRole(editor, 0, by())
    await store.putMember(alice, 0, by())
    await store.deleteMember(alice.subject, 1, by())
    expect((await store.load(alice.subject, ["editor"])).roles).toEqual([])
  })

  it("sees a role change at once", async () => {
    const store = await create()
    await store.putMember(alice, 0, by())
    await store.putRole(editor, 0, by())
    await store.putRole({ ...editor, permissions: ["GET:/new"] }, 1, by())
    const { roles } = await store.load(alice.subject, ["editor"])
    expect(roles).toEqual([{ name: "editor", permissions: ["GET:/new"], ...live, version: 2 }])
  })

  it("reads sixteen roles", async () => {
    const store = await create()
    const names = Array.from({ length: 16 }, (_, n) => `role-${String(n).padStart(2, "0")}`)
    for (const name of names) await store.putRole({ name, permissions: [`GET:/${name}`] }, 0, by())
    await store.putMember({ ...alice, roles: names }, 0, by())
    for (const expected of [[], names]) {
      const { roles } = await store.load(alice.subject, expected)
      expect(roles.map((role) => role.name)).toEqual(names)
    }
  })
}

function describeMarkers(create: Create): void {
  it("names the release that was put last", async () => {
    const store = await create()
    expect((await store.load("nobody")).release).toBeUndefined()
    await store.putRelease("AAAAA")
    await store.putRelease("-_9zZ")
    expect((await store.load("nobody")).release).toBe("-_9zZ")
  })

  it.each(["", "AAAA", "AAAAAA", "AAA A", "AAAA=", "AAAA\n"])("refuses release %j", async (text) => {
    const store = await create()
    await store.putRelease("AAAAA")
    await expect(store.putRelease(text)).rejects.toMatchObject({ code: "malformed_input" })
    expect((await store.load("nobody")).release).toBe("AAAAA")
  })

  it("raises the generation by one at a time", async () => {
    const store = await create()
    expect((await store.load("nobody")).generation).toBe(0)
    expect(await store.raiseGeneration(by())).toBe(1)
    expect(await store.raiseGeneration(by())).toBe(2)
    expect((await store.load("nobody")).generation).toBe(2)
  })

  it("raises the generation above another one, by one change and one audit record", async () => {
    const store = await create()
    await store.raiseGeneration(by())
    const raised = by({ actor: "ann", door: "break-glass" })
    expect(await store.raiseGeneration(raised, 41)).toBe(42)
    expect((await store.load("nobody")).generation).toBe(42)
    expect(await store.raiseGeneration(by())).toBe(43)
    const { items: changes } = await store.listChanges()
    expect(changes.map(({ number, version }) => [number, version])).toEqual([
      [1, 1],
      [2, 42],
      [3, 43],
    ])
    const { items: audit } = await store.listAudit({ kind: "generation", name: "" })
    expect(audit).toMatchObject([
      { number: 3, generation: 43 },
      { number: 2, generation: 42, action: "raise", actor: "ann", door: "break-glass" },
      { number: 1, generation: 1 },
    ])
  })

  it("does nothing where the generation is above another one already", async () => {
    const store = await create()
    expect(await store.raiseGeneration(by(), 0), "0 is not above 0").toBe(1)
    expect(await store.raiseGeneration(by(), 0)).toBe(1)
    expect(await store.raiseGeneration(by(), 1), "1 is not above 1").toBe(2)
    expect(await store.raiseGeneration(by(), 0)).toBe(2)
    expect((await store.listChanges()).items).toHaveLength(2)
    expect((await store.listAudit({ kind: "generation", name: "" })).items).toHaveLength(2)
  })

  it("raises above one number once, when many come at once", async () => {
    const store = await create()
    const answers = await Promise.all(Array.from({ length: 8 }, () => store.raiseGeneration(by(), 5)))
    expect(answers).toEqual(Array(8).fill(6))
    expect((await store.listChanges()).items).toMatchObject([{ number: 1, version: 6 }])
  })

  it("knows a raise above a number by its key, and from one above another", async () => {
    const store = await create()
    const once = by()
    expect(await store.raiseGeneration(once, 5)).toBe(6)
    await store.raiseGeneration(by(), 8)
    expect(await store.raiseGeneration(once, 5)).toBe(6)
    const conflict = { code: "conflict" }
    await expect(store.raiseGeneration(once, 20)).rejects.toMatchObject(conflict)
    await expect(store.raiseGeneration(once)).rejects.toMatchObject(conflict)
    expect((await store.readGeneration()).generation).toBe(9)
  })

  it.each([-1, 1.5, Number.NaN, 1e9, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
    "does not raise above %d",
    async (above) => {
      const store = await create()
      await expect(store.raiseGeneration(by(), above)).rejects.toMatchObject({ code: "malformed_input" })
      expect((await store.listChanges()).items).toEqual([])
    },
  )

  it("raises above 999,999,999, and goes on from there", async () => {
    const store = await create()
    expect(await store.raiseGeneration(by(), 999_999_999)).toBe(1_000_000_000)
    expect(await store.raiseGeneration(by())).toBe(1_000_000_001)
    expect((await store.load("nobody")).generation).toBe(1_000_000_001)
  })

  it("loses no raise when many come at once", async () => {
    const store = await create()
    const answers = await Promise.all(Array.from({ length: 8 }, () => store.raiseGeneration(by())))
    expect(answers.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect((await store.load("nobody")).generation).toBe(8)
  })
}

function describeRefusals(create: Create): void {
  const subjects = [
    "",
    " ",
    "a b",
    "a#b",
    "a/b",
    "ä",
    "a\n",
    "u".repeat(129),
    "client:",
    "client:a-b",
    `client:${"c".repeat(129)}`,
  ]
  it.each(subjects)("refuses subject %j at every door", async (subject) => {
    const store = await create()
    const malformed = { code: "malformed_name" }
    await expect(store.load(subject)).rejects.toMatchObject(malformed)
    await expect(store.putMember({ ...alice, subject }, 0, by())).rejects.toMatchObject(malformed)
    await expect(store.deleteMember(subject, 1, by())).rejects.toMatchObject(malformed)
  })

  const roleNames = ["", "Editor", "1st", "-a", "a_b", "a b", "a\n", "ä", "a".repeat(33), "a#b"]
  it.each(roleNames)("refuses role %j at every door", async (name) => {
    const store = await create()
    const malformed = { code: "malformed_name" }
    await expect(store.readRole(name)).rejects.toMatchObject(malformed)
    await expect(store.putRole({ name, permissions: [] }, 0, by())).rejects.toMatchObject(malformed)
    await expect(store.deleteRole(name, 1, by())).rejects.toMatchObject(malformed)
    await expect(store.putMember({ ...alice, roles: ["editor", name] }, 0, by())).rejects.toMatchObject(
      malformed,
    )
  })

  const tooManyPermissions = Array.from({ length: 1001 }, (_, n) => `GET:/${n}`)
  const tooLongTogether = Array.from({ length: 513 }, (_, n) => `GET:/${String(n).padEnd(251, "-")}`)
  const permissionLists = [
    { what: "no method", permissions: ["/api"], code: "malformed_permission" },
    { what: "an unknown method", permissions: ["FETCH:/api"], code: "malformed_permission" },
    { what: "an empty permission", permissions: [""], code: "malformed_permission" },
    { what: "a good one and a bad one", permissions: ["GET:/", "GET:/a//b"], code: "malformed_permission" },
    { what: "a character beyond ASCII", permissions: ["GET:/ä"], code: "malformed_permission" },
    { what: "257 characters", permissions: [`GET:/${"a".repeat(252)}`], code: "malformed_input" },
    { what: "1,001 permissions", permissions: tooManyPermissions, code: "malformed_input" },
    { what: "more than 128 KiB", permissions: tooLongTogether, code: "malformed_input" },
  ]
  it.each(permissionLists)("refuses $what in members and roles", async ({ permissions, code }) => {
    const store = await create()
    await expect(store.putMember({ ...alice, permissions }, 0, by())).rejects.toMatchObject({ code })
    await expect(store.putRole({ ...editor, permissions }, 0, by())).rejects.toMatchObject({ code })
    expect((await store.load(alice.subject)).member).toBeUndefined()
    expect(await store.readRole("editor")).toBeUndefined()
  })

  it("takes 1,000 permissions, 128 KiB of them, and others in their place", async () => {
    const store = await create()
    const permissions = Array.from({ length: 1000 }, (_, n) => `GET:/${String(n).padEnd(126, "-")}`)
    const others = permissions.map((permission) => permission.replace("GET", "PUT"))
    await store.putRole({ name: "large", permissions }, 0, by())
    await store.putMember({ ...alice, roles: ["large"], permissions }, 0, by())
    await store.putMember({ ...alice, roles: ["large"], permissions: others }, 1, by())
    const { member, roles } = await store.load(alice.subject, ["large"])
    expect(member?.permissions).toEqual(others)
    expect(roles[0]?.permissions).toEqual(permissions)
  })

  const seventeen = Array.from({ length: 17 }, (_, n) => `role-${n}`)
  const memberDrafts: readonly { what: string; draft: unknown; code: string }[] = [
    { what: "17 roles", draft: { ...alice, roles: seventeen }, code: "malformed_input" },
    { what: "guest by name", draft: { ...alice, roles: ["guest"] }, code: "malformed_name" },
    { what: "roles that are no list", draft: { ...alice, roles: "editor" }, code: "malformed_input" },
    { what: "a role that is no text", draft: { ...alice, roles: [7] }, code: "malformed_input" },
    { what: "permissions missing", draft: { ...alice, permissions: undefined }, code: "malformed_input" },
    { what: "a permission that is null", draft: { ...alice, permissions: [null] }, code: "malformed_input" },
    { what: "disabled as text", draft: { ...alice, disabled: "false" }, code: "malformed_input" },
    { what: "a subject that is no text", draft: { ...alice, subject: 12 }, code: "malformed_input" },
    { what: "null for a draft", draft: null, code: "malformed_input" },
  ]
  it.each(memberDrafts)("refuses a member with $what and keeps the old one", async ({ draft, code }) => {
    const store = await create()
    const before = await store.putMember(alice, 0, by())
    // What the type forbids is what this test is about.
    await expect(store.putMember(draft as MemberDraft, 1, by())).rejects.toMatchObject({ code })
    expect((await store.load(alice.subject)).member).toEqual(before)
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("refuses version %d", async (version) => {
    const store = await create()
    const malformed = { code: "malformed_input" }
    await expect(store.putMember(alice, version, by())).rejects.toMatchObject(malformed)
    await expect(store.deleteMember(alice.subject, version, by())).rejects.toMatchObject(malformed)
    await expect(store.putRole(editor, version, by())).rejects.toMatchObject(malformed)
    await expect(store.deleteRole("editor", version, by())).rejects.toMatchObject(malformed)
    expect((await store.load(alice.subject)).member).toBeUndefined()
  })
}
