/** What any PermissionStore must do about administrators, lists and bulk imports, as tests. */
import { describe, expect, it } from "vitest"
import type { MemberDraft, PermissionStore } from "../src/port.ts"
import { by } from "./by.ts"
import type { Create } from "./contract.ts"
import { all } from "./contract-log.ts"

const bare = { roles: [], permissions: [], disabled: false }
const admin = (subject: string): MemberDraft => ({ ...bare, subject, roles: ["admin"] })

export function describeAdministration(create: Create): void {
  describe("administrators", () => describeAdministrators(create))
  describe("lists", () => describeLists(create))
  describe("a bulk import", () => describeImports(create))
}

function describeAdministrators(create: Create): void {
  const removals: readonly {
    how: string
    run: (store: PermissionStore, subject: string) => Promise<unknown>
  }[] = [
    {
      how: "losing the role",
      run: (store, subject) => store.putMember({ ...bare, subject, roles: ["editor"] }, 1, by()),
    },
    {
      how: "being disabled",
      run: (store, subject) => store.putMember({ ...admin(subject), disabled: true }, 1, by()),
    },
    { how: "being deleted", run: (store, subject) => store.deleteMember(subject, 1, by()) },
  ]

  it.each(removals)("are counted; the last one is not removed by $how", async ({ run }) => {
    const store = await create()
    expect(await store.countAdministrators()).toBe(0)
    await store.putMember(admin("ann"), 0, by())
    await store.putMember({ ...bare, subject: "bob" }, 0, by())
    expect(await store.countAdministrators()).toBe(1)
    const removal = run(store, "ann")
    await expect(removal).rejects.toMatchObject({ code: "conflict" })
    await expect(removal).rejects.toThrow("member `ann`: is the last administrator, one has to remain")
    expect((await store.load("ann")).member).toMatchObject({ ...admin("ann"), version: 1 })
    await store.putMember(admin("cleo"), 0, by())
    expect(await store.countAdministrators()).toBe(2)
    await run(store, "ann")
    expect(await store.countAdministrators()).toBe(1)
    await expect(run(store, "cleo")).rejects.toMatchObject({ code: "conflict" })
  })

  it.each(removals)("remain one, when the last two are removed at once by $how", async ({ run }) => {
    const store = await create()
    await store.putMember(admin("ann"), 0, by())
    await store.putMember(admin("ben"), 0, by())
    const ends = await Promise.allSettled([run(store, "ann"), run(store, "ben")])
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"])
    expect(await store.countAdministrators()).toBe(1)
  })

  it("are changed in other ways, and may be disabled while they are not", async () => {
    const store = await create()
    await store.putMember(admin("ann"), 0, by())
    await store.putMember({ ...admin("ann"), roles: ["admin", "editor"], permissions: ["GET:/a"] }, 1, by())
    await store.putMember({ ...admin("ben"), disabled: true }, 0, by())
    expect(await store.countAdministrators()).toBe(1)
    await store.deleteMember("ben", 1, by())
    await store.putMember({ ...admin("ben"), disabled: true }, 2, by())
    await store.putMember(admin("ben"), 3, by())
    expect(await store.countAdministrators()).toBe(2)
  })

  it("are counted once by a repeated request", async () => {
    const store = await create()
    const key = by()
    await store.putMember(admin("ann"), 0, key)
    await store.putMember(admin("ann"), 0, key)
    expect(await store.countAdministrators()).toBe(1)
  })

  it("start with a bootstrap, which works while there is none", async () => {
    const store = await create()
    const first = by({ door: "bootstrap" })
    expect(await store.putMember(admin("ann"), 0, first)).toMatchObject({ version: 1 })
    expect(await store.putMember(admin("ann"), 0, first)).toMatchObject({ version: 1 })
    for (const [subject, version] of [
      ["ben", 0],
      ["ann", 1],
    ] as const) {
      const another = store.putMember(admin(subject), version, by({ door: "bootstrap" }))
      await expect(another).rejects.toMatchObject({ code: "conflict" })
      await expect(another).rejects.toThrow("bootstrap: there is an administrator already, expected none")
    }
    expect((await store.load("ben")).member).toBeUndefined()
  })

  it("are made by one of eight bootstraps at once", async () => {
    const store = await create()
    const ends = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => store.putMember(admin(`admin-${n}`), 0, by({ door: "bootstrap" }))),
    )
    expect(ends.filter(({ status }) => status === "fulfilled")).toHaveLength(1)
    expect(await store.countAdministrators()).toBe(1)
  })

  it("are all that a bootstrap makes", async () => {
    const store = await create()
    const malformed = { code: "malformed_input" }
    const door = "bootstrap"
    await expect(store.putMember({ ...bare, subject: "ann" }, 0, by({ door }))).rejects.toMatchObject(
      malformed,
    )
    const disabled = { ...admin("ann"), disabled: true }
    await expect(store.putMember(disabled, 0, by({ door }))).rejects.toMatchObject(malformed)
    await expect(store.putRole({ name: "r", permissions: [] }, 0, by({ door }))).rejects.toMatchObject(
      malformed,
    )
    expect(await store.countAdministrators()).toBe(0)
  })
}

function describeLists(create: Create): void {
  it("have members and roles that are not deleted, in order, page by page", async () => {
    const store = await create()
    for (const subject of ["bob", "Alice", "carol", "client:7", "dave"])
      await store.putMember({ ...bare, subject }, 0, by())
    await store.deleteMember("carol", 1, by())
    for (const name of ["viewer", "editor", "auditor"])
      await store.putRole({ name, permissions: [] }, 0, by())
    await store.deleteRole("viewer", 1, by())
    for (const limit of [2, 1000]) {
      const members = await all((page) => store.listMembers(page), limit)
      expect(members.map(({ subject }) => subject)).toEqual(["Alice", "bob", "client:7", "dave"])
      const roles = await all((page) => store.listRoles(page), limit)
      expect(roles.map(({ name }) => name)).toEqual(["auditor", "editor"])
    }
    expect((await store.listMembers({ after: "bob" })).items[0]).toEqual(
      (await store.load("client:7")).member,
    )
    expect((await store.listRoles({ after: "b" })).items).toMatchObject([{ name: "editor", version: 1 }])
  })

  it("are empty at first, and have no page after what nothing can be called", async () => {
    const store = await create()
    for (const list of [store.listMembers, store.listRoles])
      expect(await list()).toEqual({ items: [], next: undefined })
    await expect(store.listMembers({ after: "a b" })).rejects.toMatchObject({ code: "malformed_name" })
    await expect(store.listRoles({ after: "A" })).rejects.toMatchObject({ code: "malformed_name" })
  })
}

const noon = Date.parse("2026-03-31T12:00:00.000Z")
const hour = 3600_000

function describeImports(create: Create): void {
  const draft = (subject: string, permissions = ["GET:/a"]): MemberDraft => ({
    ...bare,
    subject,
    permissions,
  })

  it("raises the generation once, at its beginning, and gives it to tokens at its end", async () => {
    const store = await create()
    await store.raiseGeneration(by())
    const run = by({ door: "import" })
    expect(await store.beginImport(run)).toBe(2)
    expect((await store.load("a")).generation, "a token minted meanwhile is a recheck").toBe(1)
    await store.importMembers([draft("a"), draft("b")], run)
    await store.importMembers([draft("c")], run)
    expect((await store.load("a")).generation).toBe(1)
    await store.endImport(run)
    expect((await store.load("a")).generation).toBe(2)
    const changes = await all((page) => store.listChanges(page))
    expect(changes.map(({ number, kind, version }) => [number, kind, version])).toEqual([
      [1, "generation", 1],
      [2, "generation", 2],
    ])
  })

  it("writes over whatever is stored, counts versions, and has an audit record for each member", async () => {
    const store = await create()
    const before = await store.putMember({ ...draft("b"), roles: ["editor"] }, 0, by())
    const run = by({ door: "import", requestId: "r-1" })
    await store.beginImport(run)
    const a = { ...draft("a"), deleted: false, version: 1 }
    const b = { ...draft("b"), deleted: false, version: 2 }
    expect(await store.importMembers([draft("a"), draft("b")], run)).toEqual([
      { outcome: "written", member: a },
      { outcome: "written", member: b },
    ])
    expect((await store.load("b")).member).toEqual(b)
    const trail = async (name: string) => (await store.listAudit({ kind: "member", name })).items
    const common = { outcome: "done", action: "import", requestId: "r-1", number: undefined, generation: 1 }
    expect(await trail("a")).toMatchObject([{ ...common, before: undefined, after: a }])
    expect(await trail("b")).toMatchObject([{ ...common, before, after: b }, { action: "put" }])
    expect((await store.listAudit({ kind: "generation", name: "" })).items).toMatchObject([
      { action: "import", number: 2, generation: 1, requestId: "r-1" },
    ])
  })

  it("leaves as it is what is stored like that already, and whoever is disabled disabled", async () => {
    const store = await create()
    const same = await store.putMember(draft("a"), 0, by())
    await store.putMember({ ...draft("b", []), disabled: true }, 0, by())
    const run = by({ door: "import" })
    await store.beginImport(run)
    expect(await store.importMembers([draft("a"), draft("b")], run)).toEqual([
      { outcome: "unchanged", member: same },
      { outcome: "written", member: { ...draft("b"), disabled: true, deleted: false, version: 2 } },
    ])
    expect((await store.listAudit({ kind: "member", name: "a" })).items).toHaveLength(1)
  })

  it("refuses administrators, who is to be one, and who was deleted, and goes on with the others", async () => {
    const store = await create()
    await store.putMember(admin("ann"), 0, by())
    await store.putMember({ ...admin("ben"), disabled: true }, 0, by())
    await store.putMember(draft("gone"), 0, by())
    await store.deleteMember("gone", 1, by())
    const run = by({ door: "import" })
    await store.beginImport(run)
    const drafts = [draft("ann"), draft("ben"), draft("gone"), admin("eve"), draft("next")]
    const outcomes = await store.importMembers(drafts, run)
    expect(outcomes.map((one) => (one.outcome === "refused" ? one.message : one.outcome))).toEqual([
      "member `ann`: holds `admin`, which only an administrator may change",
      "member `ben`: holds `admin`, which only an administrator may change",
      "member `gone`: was deleted; a line of an import does not bring anyone back",
      "member `eve`: would hold `admin`, which no import grants",
      "written",
    ])
    expect(await store.countAdministrators()).toBe(1)
    expect((await store.load("eve")).member).toBeUndefined()
  })

  it("takes 33 members at once, of any size, and not one more or twice the same", async () => {
    const store = await create()
    const run = by({ door: "import" })
    await store.beginImport(run)
    const large = Array.from({ length: 200 }, (_, n) => `GET:/${String(n).padEnd(251, "-")}`)
    const drafts = Array.from({ length: 33 }, (_, n) => draft(`member-${n}`, large))
    const outcomes = await store.importMembers(drafts, run)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(33).fill("written"))
    expect((await store.load("member-32")).member?.permissions).toEqual(large)
    expect(await store.importMembers([], run)).toEqual([])
    const malformed = { code: "malformed_input" }
    await expect(store.importMembers([...drafts, draft("more")], run)).rejects.toMatchObject(malformed)
    await expect(store.importMembers([draft("twice"), draft("twice")], run)).rejects.toMatchObject(malformed)
    const bad = [draft("good"), draft("bad", ["nonsense"])]
    await expect(store.importMembers(bad, run)).rejects.toMatchObject({ code: "malformed_permission" })
    expect((await store.load("good")).member).toBeUndefined()
  })

  it("is none before it began, or after it ended", async () => {
    const store = await create()
    const run = by({ door: "import" })
    const stopped = { code: "conflict", message: expect.stringContaining("is not running") }
    await expect(store.importMembers([draft("a")], run)).rejects.toMatchObject(stopped)
    await store.beginImport(run)
    await store.endImport(run)
    await expect(store.importMembers([draft("a")], run)).rejects.toMatchObject(stopped)
    await expect(store.beginImport(run)).rejects.toMatchObject(stopped)
    await store.endImport(run)
    expect((await store.load("a")).member).toBeUndefined()
  })

  it("is taken up again under its key, and raises nothing again", async () => {
    const store = await create()
    const run = by({ door: "import" })
    await store.beginImport(run)
    await store.importMembers([draft("a")], run)
    expect(await store.beginImport(run)).toBe(1)
    expect(await store.importMembers([draft("a"), draft("b")], run)).toMatchObject([
      { outcome: "unchanged" },
      { outcome: "written" },
    ])
    await store.endImport(run)
    expect((await store.load("a")).generation).toBe(1)
  })

  it("is stopped by another one, which raises the generation again", async () => {
    const store = await create()
    const [first, second] = [by({ door: "import" }), by({ door: "import" })]
    await store.beginImport(first)
    expect(await store.beginImport(second)).toBe(2)
    await expect(store.importMembers([draft("a")], first)).rejects.toMatchObject({ code: "conflict" })
    await expect(store.beginImport(first)).rejects.toMatchObject({ code: "conflict" })
    await store.endImport(first)
    expect((await store.load("a")).generation, "the second one is running").toBe(1)
    expect(await store.importMembers([draft("a")], second)).toMatchObject([{ outcome: "written" }])
    await store.endImport(second)
    expect((await store.load("a")).generation).toBe(2)
  })

  it("is seen beside the generation, from its beginning to its end, and that it may write for a day", async () => {
    const clock = { at: noon }
    const store = await create({ now: () => clock.at })
    expect(await store.readGeneration()).toEqual({ generation: 0, importing: undefined })
    const run = by({ door: "import" })
    await store.beginImport(run)
    const running = { since: noon, mayWrite: true }
    expect(await store.readGeneration()).toEqual({ generation: 1, importing: running })
    clock.at += 24 * hour - 1
    expect(await store.readGeneration()).toEqual({ generation: 1, importing: running })
    clock.at += 1
    const late = { ...running, mayWrite: false }
    expect(await store.readGeneration()).toEqual({ generation: 1, importing: late })
    expect(await store.raiseGeneration(by(), 7), "what it left open").toBe(8)
    expect(await store.readGeneration()).toEqual({ generation: 8, importing: late })
    expect((await store.load("a")).generation, "tokens minted now are rechecks too").toBe(7)
    await store.endImport(run)
    expect(await store.readGeneration()).toEqual({ generation: 8, importing: undefined })
  })

  it("leaves other writes alone, and they it", async () => {
    const store = await create()
    const run = by({ door: "import" })
    await store.beginImport(run)
    await store.putMember(draft("a"), 0, by())
    expect(await store.raiseGeneration(by())).toBe(2)
    expect((await store.load("a")).generation).toBe(1)
    expect(await store.importMembers([draft("b")], run)).toMatchObject([{ outcome: "written" }])
    await store.endImport(run)
    expect((await store.load("a")).generation).toBe(2)
  })

  it("writes for a day at most, and its change outlives what it wrote", async () => {
    const clock = { at: noon }
    const store = await create({ now: () => clock.at })
    const run = by({ door: "import" })
    await store.beginImport(run)
    clock.at = noon + 24 * hour - 1
    await store.importMembers([draft("a")], run)
    clock.at = noon + 24 * hour
    await expect(store.importMembers([draft("b")], run)).rejects.toMatchObject({ code: "conflict" })
    clock.at = noon + 48 * hour
    expect((await store.listChanges()).items).toHaveLength(1)
    await store.endImport(run)
  })
}
