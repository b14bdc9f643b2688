/** What any PermissionStore must do about changes, their numbers, the audit and idempotency keys, as tests. */
import { describe, expect, it } from "vitest"
import type { AuditRecord, Change, MemberDraft, Page, PageRequest, PermissionStore } from "../src/port.ts"
import { by } from "./by.ts"
import type { Create } from "./contract.ts"

const alice: MemberDraft = { subject: "alice", roles: ["editor"], permissions: ["GET:/a"], disabled: false }
const editor = { name: "editor", permissions: ["GET:/b"] }
const noon = Date.parse("2026-03-31T12:00:00.000Z")
const day = 24 * 3600_000

/** A clock that a test moves. */
function clockAt(at: number) {
  const clock = { at, now: () => clock.at }
  return clock
}

/** All pages of a list, however many items each one has. */
export async function all<T>(list: (page: PageRequest) => Promise<Page<T>>, limit = 1000): Promise<T[]> {
  const items: T[] = []
  let after: string | undefined
  do {
    const page = await list({ after, limit })
    expect(page.items.length).toBeLessThanOrEqual(limit)
    items.push(...page.items)
    after = page.next
  } while (after !== undefined)
  return items
}

const changesOf = (store: PermissionStore) => all<Change>((page) => store.listChanges(page))
const auditOf = (store: PermissionStore, kind: Change["kind"], name: string) =>
  all<AuditRecord>((page) => store.listAudit({ kind, name }, page))

export function describeLog(create: Create): void {
  describe("changes", () => describeChanges(create))
  describe("the audit", () => describeAudit(create))
  describe("an idempotency key", () => describeKeys(create))
}

function describeChanges(create: Create): void {
  it("are one for each write, in order, from 1", async () => {
    const clock = clockAt(noon)
    const store = await create(clock)
    await store.putRole(editor, 0, by())
    await store.putMember(alice, 0, by())
    await store.putMember({ ...alice, disabled: true }, 1, by())
    clock.at += 5
    await store.deleteMember("alice", 2, by())
    await store.raiseGeneration(by())
    await store.deleteRole("editor", 1, by())
    const later = noon + 5
    expect(await changesOf(store)).toEqual([
      { number: 1, kind: "role", name: "editor", version: 1, at: noon },
      { number: 2, kind: "member", name: "alice", version: 1, at: noon },
      { number: 3, kind: "member", name: "alice", version: 2, at: noon },
      { number: 4, kind: "member", name: "alice", version: 3, at: later },
      { number: 5, kind: "generation", name: "", version: 1, at: later },
      { number: 6, kind: "role", name: "editor", version: 2, at: later },
    ])
  })

  it("are none for what is refused, and for a release", async () => {
    const store = await create()
    await store.putMember(alice, 0, by())
    await expect(store.putMember(alice, 0, by())).rejects.toMatchObject({ code: "conflict" })
    await expect(store.deleteMember("nobody", 0, by())).rejects.toMatchObject({ code: "not_found" })
    await expect(store.putRole({ name: "admin", permissions: [] }, 0, by())).rejects.toThrow()
    await store.putRelease("AAAAA")
    expect(await changesOf(store)).toHaveLength(1)
  })

  it("is one for a role, however many hold it", async () => {
    const store = await create()
    for (const subject of ["a", "b", "c"]) await store.putMember({ ...alice, subject }, 0, by())
    await store.putRole(editor, 0, by())
    await store.deleteRole("editor", 1, by())
    expect((await changesOf(store)).slice(3).map(({ kind, version }) => [kind, version])).toEqual([
      ["role", 1],
      ["role", 2],
    ])
  })

  it("have no gaps and no repeats when 16 write at once, and all get through", async () => {
    const store = await create()
    const writes = Array.from({ length: 16 }, (_, n) =>
      n % 4 === 0
        ? store.raiseGeneration(by())
        : store.putMember({ ...alice, subject: `member-${n}` }, 0, by()),
    )
    await Promise.all(writes)
    const changes = await changesOf(store)
    expect(changes.map(({ number }) => number)).toEqual(Array.from({ length: 16 }, (_, n) => n + 1))
    expect((await store.load("nobody")).generation).toBe(4)
  })

  it("are read on from a number, page by page", async () => {
    const store = await create()
    for (let version = 0; version < 5; version++) await store.putMember(alice, version, by())
    const first = await store.listChanges({ limit: 2 })
    expect(first.items.map(({ number }) => number)).toEqual([1, 2])
    expect(await all((page) => store.listChanges(page), 2)).toEqual(await changesOf(store))
    expect((await store.listChanges({ after: "3" })).items.map(({ number }) => number)).toEqual([4, 5])
    expect((await store.listChanges({ after: "5" })).items).toEqual([])
  })

  it.each(["", "-1", "1.5", "x", "1".repeat(17)])("are not read on from %j", async (after) => {
    const store = await create()
    await expect(store.listChanges({ after })).rejects.toMatchObject({ code: "malformed_input" })
  })

  it("count as gone after 25 hours and a minute, and numbers go on", async () => {
    const clock = clockAt(noon)
    const store = await create(clock)
    await store.putMember(alice, 0, by())
    clock.at += 90_059_000
    expect(await changesOf(store)).toHaveLength(1)
    clock.at += 1000
    expect(await changesOf(store)).toEqual([])
    await store.putMember(alice, 1, by())
    expect((await changesOf(store)).map(({ number }) => number)).toEqual([2])
  })
}

function describeAudit(create: Create): void {
  it("says who did what to whom, when, at which door, and what it was before", async () => {
    const clock = clockAt(noon)
    const store = await create(clock)
    await store.raiseGeneration(by())
    const first = await store.putMember(alice, 0, by({ actor: "root", door: "seed", requestId: "r-1" }))
    clock.at += 1000
    const second = await store.deleteMember("alice", 1, by({ actor: "bob", requestId: "r-2" }))
    const common = { kind: "member", name: "alice", outcome: "done", generation: 1 }
    expect(await auditOf(store, "member", "alice")).toEqual([
      {
        ...{ ...common, action: "delete", number: 3, before: first, after: second, at: noon + 1000 },
        ...{ actor: "bob", door: "admin-api", requestId: "r-2", id: expect.any(String) },
      },
      {
        ...{ ...common, action: "put", number: 2, after: first, at: noon },
        ...{ actor: "root", door: "seed", requestId: "r-1", id: expect.any(String) },
      },
    ])
  })

  it("has one record for each change, and none for a lost race", async () => {
    const store = await create()
    await store.putRole(editor, 0, by())
    await Promise.allSettled(Array.from({ length: 8 }, () => store.putRole(editor, 1, by())))
    await store.raiseGeneration(by())
    expect(
      (await auditOf(store, "role", "editor")).map((one) => one.outcome === "done" && one.number),
    ).toEqual([2, 1])
    expect(await auditOf(store, "generation", "")).toMatchObject([
      { action: "raise", number: 3, generation: 1, before: undefined, after: undefined },
    ])
  })

  it("keeps trails apart, also those of a member and a role of one name", async () => {
    const store = await create()
    await store.putMember({ ...alice, subject: "editor" }, 0, by())
    await store.putRole(editor, 0, by())
    expect(await auditOf(store, "member", "editor")).toHaveLength(1)
    expect(await auditOf(store, "role", "editor")).toHaveLength(1)
    expect(await auditOf(store, "member", "Editor")).toEqual([])
  })

  it("is read page by page, the newest first, by trail and over months", async () => {
    const clock = clockAt(Date.parse("2026-01-31T23:59:58.000Z"))
    const store = await create(clock)
    for (let version = 0; version < 5; version++) {
      await store.putMember(alice, version, by())
      await store.putRole(editor, version, by())
      clock.at += 1000
    }
    clock.at = Date.parse("2026-04-01T00:00:00.000Z")
    await store.putMember(alice, 5, by())
    const numbers = (records: readonly AuditRecord[]) =>
      records.map((record) => record.outcome === "done" && record.number)
    const trail = (page: PageRequest) => store.listAudit({ kind: "member", name: "alice" }, page)
    for (const limit of [4, 100]) expect(numbers(await all(trail, limit))).toEqual([11, 9, 7, 5, 3, 1])
    const span = (from: string, to: string) => (page: PageRequest) =>
      store.listAudit({ from: Date.parse(from), to: Date.parse(to) }, page)
    const everything = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
    for (const limit of [4, 100])
      expect(numbers(await all(span("2026-01-01", "2026-05-01"), limit))).toEqual(everything)
    expect(numbers(await all(span("2020-01-01", "2030-01-01")))).toEqual(everything)
    expect(numbers(await all(span("2026-01-31T23:59:59Z", "2026-02-01T00:00:01Z")))).toEqual([6, 5, 4, 3])
    expect(numbers(await all(span("2026-02-02", "2026-03-31")))).toEqual([])
    expect(numbers(await all(span("2026-04-01", "2026-04-01T00:00:00.001Z")))).toEqual([11])
  })

  it("has attempts that were refused", async () => {
    const clock = clockAt(noon)
    const store = await create(clock)
    const refusal = { kind: "member", name: "alice", action: "grant", because: "not_held" } as const
    await store.recordRefusal(refusal, by({ actor: "bob", requestId: "r-1" }))
    await store.recordRefusal(refusal, by({ actor: "bob", requestId: "r-2" }))
    const common = { ...refusal, outcome: "refused", actor: "bob", door: "admin-api", at: noon }
    const found = await auditOf(store, "member", "alice")
    expect(found).toHaveLength(2)
    expect(new Set(found.map(({ requestId }) => requestId))).toEqual(new Set(["r-1", "r-2"]))
    for (const { requestId: _, id, ...rest } of found) expect(rest).toEqual(common)
    expect(await changesOf(store)).toEqual([])
  })

  it.each([
    { kind: "member", name: "a b" },
    { kind: "role", name: "Editor" },
    { kind: "generation", name: "x" },
    { action: "" },
    { action: "grant\n" },
    { because: "\u001b[2J" },
    { because: "x".repeat(1001) },
  ] as const)("has no refusal with %j", async (changes) => {
    const store = await create()
    const refusal = {
      kind: "member",
      name: "alice",
      action: "grant",
      because: "not_held",
      ...changes,
    } as const
    await expect(store.recordRefusal(refusal, by())).rejects.toMatchObject({
      code: expect.stringMatching(/^malformed_/),
    })
    expect((await store.listAudit({ from: 0, to: Date.now() + day })).items).toEqual([])
  })

  const unasked = [
    { kind: "member", name: "a b" },
    { kind: "generation", name: "x" },
    { from: 2, to: 1 },
    { from: -1, to: 1 },
    { from: 0, to: Number.NaN },
    { from: 0, to: 1e18 },
  ] as const
  it.each(unasked)("is not asked for %j", async (query) => {
    const store = await create()
    await expect(store.listAudit(query)).rejects.toMatchObject({ code: expect.stringMatching(/^malformed_/) })
  })

  it("does not go on after a page of another list", async () => {
    const store = await create()
    for (const version of [0, 1]) await store.putMember(alice, version, by())
    const { next } = await store.listAudit({ kind: "member", name: "alice" }, { limit: 1 })
    const malformed = { code: "malformed_input" }
    await expect(store.listAudit({ kind: "member", name: "bob" }, { after: next })).rejects.toMatchObject(
      malformed,
    )
    await expect(store.listAudit({ from: 0, to: 1 }, { after: next })).rejects.toMatchObject(malformed)
    await expect(store.listAudit({ from: 0, to: 1 }, { after: "x" })).rejects.toMatchObject(malformed)
  })

  it.each([0, -1, 1.5, 1001])("has no pages of %d", async (limit) => {
    const store = await create()
    const malformed = { code: "malformed_input" }
    await expect(store.listAudit({ from: 0, to: 1 }, { limit })).rejects.toMatchObject(malformed)
    await expect(store.listChanges({ limit })).rejects.toMatchObject(malformed)
    await expect(store.listMembers({ limit })).rejects.toMatchObject(malformed)
    await expect(store.listRoles({ limit })).rejects.toMatchObject(malformed)
  })

  const attributions = [
    { actor: "" },
    { actor: "a\nb" },
    { actor: "\u202etxt" },
    { actor: "x".repeat(257) },
    { door: "window" },
    { requestId: "" },
    { idempotencyKey: "" },
    { idempotencyKey: "\u0007" },
    { idempotencyKey: undefined },
  ]
  it.each(attributions)("takes nothing from %j", async (changes) => {
    const store = await create()
    // What the type forbids is what this test is about.
    const attribution = by(changes as object)
    const malformed = { code: "malformed_input" }
    await expect(store.putMember(alice, 0, attribution)).rejects.toMatchObject(malformed)
    await expect(store.deleteMember("alice", 1, attribution)).rejects.toMatchObject(malformed)
    await expect(store.putRole(editor, 0, attribution)).rejects.toMatchObject(malformed)
    await expect(store.deleteRole("editor", 1, attribution)).rejects.toMatchObject(malformed)
    await expect(store.raiseGeneration(attribution)).rejects.toMatchObject(malformed)
    await expect(store.beginImport(attribution)).rejects.toMatchObject(malformed)
    await expect(store.importMembers([alice], attribution)).rejects.toMatchObject(malformed)
    await expect(store.endImport(attribution)).rejects.toMatchObject(malformed)
    expect((await store.load("alice")).member).toBeUndefined()
    expect(await changesOf(store)).toEqual([])
  })
}

function describeKeys(create: Create): void {
  it("answers a repetition as it was, and does nothing, also after a later change", async () => {
    const store = await create()
    const first = by()
    const granted = await store.putMember(alice, 0, first)
    expect(await store.putMember(alice, 0, first)).toEqual(granted)
    await store.putMember({ ...alice, roles: [] }, 1, by())
    expect(await store.putMember(alice, 0, first)).toEqual(granted)
    expect((await store.load("alice")).member).toMatchObject({ roles: [], version: 2 })
    await store.deleteMember("alice", 2, by())
    expect(await store.putMember(alice, 0, first)).toEqual(granted)
    expect((await store.load("alice")).member).toMatchObject({ deleted: true, version: 3 })
    expect(await changesOf(store)).toHaveLength(3)
    expect(await auditOf(store, "member", "alice")).toHaveLength(3)
  })

  it("does so for every kind of write", async () => {
    const store = await create()
    const keys = [by(), by(), by(), by()] as const
    const run = async () => [
      await store.putRole(editor, 0, keys[0]),
      await store.deleteRole("editor", 1, keys[1]),
      await store.raiseGeneration(keys[2]),
      await store.putMember(alice, 0, keys[3]),
    ]
    const answers = await run()
    expect(await run()).toEqual(answers)
    expect(await changesOf(store)).toHaveLength(4)
    const tombstone = by()
    expect(await store.deleteMember("alice", 1, tombstone)).toEqual(
      await store.deleteMember("alice", 1, tombstone),
    )
  })

  it("may come with another request id", async () => {
    const store = await create()
    const first = by()
    await store.putMember(alice, 0, first)
    expect(await store.putMember(alice, 0, { ...first, requestId: "again" })).toMatchObject({ version: 1 })
  })

  it("has one effect, and one answer, when a request is delivered eight times at once", async () => {
    const store = await create()
    const once = by()
    const answers = await Promise.all(Array.from({ length: 8 }, () => store.putMember(alice, 0, once)))
    expect(answers).toEqual(Array(8).fill({ ...alice, deleted: false, version: 1 }))
    const raised = by()
    const generations = await Promise.all(Array.from({ length: 8 }, () => store.raiseGeneration(raised)))
    expect(generations).toEqual(Array(8).fill(1))
    expect(await changesOf(store)).toHaveLength(2)
  })

  const others: readonly { what: string; run: (store: PermissionStore, key: string) => Promise<unknown> }[] =
    [
      {
        what: "another draft",
        run: (store, key) => store.putMember({ ...alice, roles: [] }, 1, by({ idempotencyKey: key })),
      },
      {
        what: "another version",
        run: (store, key) => store.putMember(alice, 1, by({ idempotencyKey: key })),
      },
      {
        what: "another subject",
        run: (store, key) => store.putMember({ ...alice, subject: "bob" }, 0, by({ idempotencyKey: key })),
      },
      { what: "another kind", run: (store, key) => store.putRole(editor, 0, by({ idempotencyKey: key })) },
      { what: "a delete", run: (store, key) => store.deleteMember("alice", 1, by({ idempotencyKey: key })) },
      { what: "a raise", run: (store, key) => store.raiseGeneration(by({ idempotencyKey: key })) },
      { what: "an import", run: (store, key) => store.beginImport(by({ idempotencyKey: key })) },
      {
        what: "another actor",
        run: (store, key) => store.putMember(alice, 0, by({ idempotencyKey: key, actor: "bob" })),
      },
      {
        what: "another door",
        run: (store, key) => store.putMember(alice, 0, by({ idempotencyKey: key, door: "seed" })),
      },
    ]
  it.each(others)("is a conflict for $what, which says so, and changes nothing", async ({ run }) => {
    const store = await create()
    const first = by()
    const written = await store.putMember(alice, 0, first)
    const again = run(store, first.idempotencyKey)
    await expect(again).rejects.toMatchObject({ code: "conflict" })
    await expect(again).rejects.toThrow(
      `idempotency key \`${first.idempotencyKey}\`: was used for another request, expected a new one`,
    )
    expect((await store.load("alice")).member).toEqual(written)
    expect(await changesOf(store)).toHaveLength(1)
  })

  it("stands for what was asked for, where the caller says it", async () => {
    const store = await create()
    const asked = by({ request: "grant editor to alice" })
    const granted = await store.putMember(alice, 0, asked)
    await store.putMember({ ...alice, roles: [] }, 1, by())
    expect(await store.putMember({ ...alice, roles: ["editor"] }, 2, asked)).toEqual(granted)
    await expect(store.putMember(alice, 2, { ...asked, request: "grant viewer" })).rejects.toMatchObject({
      code: "conflict",
    })
    expect((await store.load("alice")).member).toMatchObject({ roles: [], version: 2 })
  })

  it("is not used up by a write that was refused", async () => {
    const store = await create()
    const key = by()
    await expect(store.putMember(alice, 1, key)).rejects.toMatchObject({ code: "conflict" })
    expect(await store.putMember(alice, 0, key)).toMatchObject({ version: 1 })
  })

  it("holds for a day, and can be used again after it", async () => {
    const clock = clockAt(noon)
    const store = await create(clock)
    const key = by()
    await store.putMember(alice, 0, key)
    clock.at += day - 1
    expect(await store.putMember(alice, 0, key)).toMatchObject({ version: 1 })
    clock.at += 1
    await expect(store.putMember(alice, 0, key)).rejects.toThrow("current version is 1, expected 0")
    expect(await store.putMember(alice, 1, key)).toMatchObject({ version: 2 })
    expect(await store.putMember(alice, 1, key)).toMatchObject({ version: 2 })
    expect(await changesOf(store)).toHaveLength(1 + 1)
  })

  it("is taken literally, whatever is in it", async () => {
    const store = await create()
    for (const [version, idempotencyKey] of ["a", "A", "a ", "a#STATE", "ä", "x".repeat(256)].entries())
      expect(await store.putMember(alice, version, by({ idempotencyKey }))).toMatchObject({
        version: version + 1,
      })
  })
}
