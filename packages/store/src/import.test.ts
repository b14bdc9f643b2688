import { ClaimgateError, createCatalog } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { by } from "../test/by.ts"
import { evaluate } from "./evaluate.ts"
import { importMembers } from "./import.ts"
import { createMemoryStore } from "./memory-store.ts"
import type { PermissionStore } from "./port.ts"

const line = (userId: string, role?: string, permissions: readonly string[] = ["GET:/a"]) =>
  JSON.stringify({ userId, role, permissions })

describe("importMembers", () => {
  it("stores what the lines say, and reports lines that it refuses", async () => {
    const store = createMemoryStore()
    await store.putRole({ name: "editor", permissions: ["PUT:/a"] }, 0, by())
    const lines = [line("u1", "editor"), "not json", line("u2"), line("u3", "Nope"), line("u1", "editor")]
    expect(await importMembers(store, lines, by())).toEqual({
      imported: 2,
      refused: [
        { line: 2, message: "expected one JSON object on one line" },
        { line: 4, message: expect.stringContaining("role `Nope`") },
        { line: 5, message: "field `userId`: `u1` is already on line 1" },
      ],
      unchanged: 0,
      unknownRoles: [],
    })
    expect(evaluate(await store.load("u1"))).toMatchObject({
      roles: ["editor"],
      permissions: ["PUT:/a", "GET:/a"],
    })
    expect(evaluate(await store.load("u2"))).toMatchObject({ roles: [], permissions: ["GET:/a"] })
    expect((await store.load("u3")).member).toBeUndefined()
  })

  it("keeps roles that are not stored, and names them once, deleted ones too", async () => {
    const store = createMemoryStore()
    await store.putRole({ name: "gone", permissions: ["PUT:/a"] }, 0, by())
    await store.deleteRole("gone", 1, by())
    const lines = [line("u1", "later"), line("u2", "gone"), line("u3", "later"), line("u4", "guest")]
    const { unknownRoles } = await importMembers(store, lines, by())
    expect(unknownRoles).toEqual(["gone", "later"])
    expect(evaluate(await store.load("u1"))).toMatchObject({ roles: ["later"], permissions: ["GET:/a"] })
    await store.putRole({ name: "later", permissions: ["GET:/b"] }, 0, by())
    expect(evaluate(await store.load("u1")).permissions).toEqual(["GET:/b", "GET:/a"])
  })

  it("overwrites who is stored by version, and enables nobody", async () => {
    const store = createMemoryStore()
    const old = { roles: ["viewer"], permissions: ["GET:/old"], disabled: false }
    await store.putMember({ ...old, subject: "known" }, 0, by())
    await store.putMember({ ...old, subject: "disabled", disabled: true }, 0, by())
    const report = await importMembers(
      store,
      ["known", "disabled"].map((id) => line(id)),
      by(),
    )
    expect(report).toMatchObject({ imported: 2, refused: [] })
    const now = { roles: [], permissions: ["GET:/a"] }
    expect((await store.load("known")).member).toMatchObject({ ...now, disabled: false, version: 2 })
    expect((await store.load("disabled")).member).toMatchObject({ ...now, disabled: true, version: 2 })
  })

  const bare = { roles: [], permissions: [], disabled: false }
  const deleted = "was deleted; a line of an import does not bring anyone back"
  const admin = "holds `admin`, which only an administrator may change"
  const kept: readonly {
    who: string
    says: string
    stored: (store: PermissionStore, subject: string) => Promise<unknown>
  }[] = [
    {
      who: "a member that was deleted",
      says: deleted,
      stored: async (store, subject) => {
        await store.putMember({ ...bare, subject }, 0, by())
        await store.deleteMember(subject, 1, by())
      },
    },
    {
      who: "an administrator that was deleted",
      says: deleted,
      stored: async (store, subject) => {
        await store.putMember({ ...bare, subject: "other", roles: ["admin"] }, 0, by())
        await store.putMember({ ...bare, subject, roles: ["admin"] }, 0, by())
        await store.deleteMember(subject, 1, by())
      },
    },
    {
      who: "an administrator",
      says: admin,
      stored: (store, subject) => store.putMember({ ...bare, subject, roles: ["admin"] }, 0, by()),
    },
    {
      who: "an administrator with another role",
      says: admin,
      stored: (store, subject) => store.putMember({ ...bare, subject, roles: ["admin", "viewer"] }, 0, by()),
    },
    {
      who: "an administrator that is disabled",
      says: admin,
      stored: (store, subject) =>
        store.putMember({ ...bare, subject, roles: ["admin"], disabled: true }, 0, by()),
    },
  ]

  it.each(kept)("leaves $who as it was, and goes on with the next line", async ({ stored, says }) => {
    const store = createMemoryStore()
    await stored(store, "kept")
    const { member } = await store.load("kept")
    expect(await importMembers(store, [line("kept", "editor"), line("next")], by())).toMatchObject({
      imported: 1,
      refused: [{ line: 1, message: `member \`kept\`: ${says}` }],
      unknownRoles: [],
    })
    expect((await store.load("kept")).member).toEqual(member)
    expect((await store.load("next")).member).toMatchObject({ permissions: ["GET:/a"] })
  })

  it("refuses permissions that cover no route, where a catalog is given", async () => {
    const store = createMemoryStore()
    const catalog = createCatalog(["GET /a", "GET /b/{id}"])
    const lines = [
      line("u1", undefined, ["GET:/a", "!GET:/b/*"]),
      line("u2", undefined, ["GET:/a", "GET:/c"]),
      line("u3", undefined, ["!PUT:/a"]),
    ]
    expect(await importMembers(store, lines, by(), { catalog })).toMatchObject({
      imported: 1,
      refused: [
        { line: 2, message: "permission `GET:/c`: covers no route, expected at least one" },
        { line: 3, message: "permission `!PUT:/a`: covers no route, expected at least one" },
      ],
    })
    expect((await store.load("u2")).member).toBeUndefined()
  })

  it("raises the generation once, and only where a line can be stored", async () => {
    const store = createMemoryStore()
    await importMembers(store, ["", "{}"], by())
    expect((await store.load("u1")).generation).toBe(0)
    const lines = Array.from({ length: 100 }, (_, n) => line(`u${n}`))
    expect(await importMembers(store, lines, by())).toMatchObject({ imported: 100, refused: [] })
    expect((await store.load("u1")).generation).toBe(1)
    expect((await store.listChanges()).items).toHaveLength(1)
  })

  it("writes nothing again for whoever is stored like that already", async () => {
    const store = createMemoryStore()
    await importMembers(store, [line("u1"), line("u2")], by())
    expect(await importMembers(store, [line("u1"), line("u2", "editor")], by())).toMatchObject({
      ...{ imported: 1, unchanged: 1 },
      unknownRoles: ["editor"],
    })
    expect((await store.load("u1")).member?.version).toBe(1)
  })

  it("reports what is refused in order of lines, whoever refused it", async () => {
    const store = createMemoryStore()
    await store.putMember({ ...bare, subject: "admin", roles: ["admin"] }, 0, by())
    const lines = [
      "{",
      line("admin"),
      line("a b"),
      ...Array.from({ length: 40 }, (_, n) => line(`u${n}`)),
      "[",
    ]
    const { imported, refused } = await importMembers(store, lines, by())
    expect(imported).toBe(40)
    expect(refused.map((one) => one.line)).toEqual([1, 2, 3, 44])
  })

  /** A store that fails when it is to write this subject, and does not even say whether it did. */
  function failingAt(store: PermissionStore, subject: string): PermissionStore {
    return {
      ...store,
      async importMembers(drafts, attribution) {
        const written = await store.importMembers(drafts, attribution)
        if (drafts.every((draft) => draft.subject !== subject)) return written
        throw new ClaimgateError("dependency_failed", "DynamoDB: no answer")
      },
    }
  }

  const many = Array.from({ length: 70 }, (_, n) => line(`u${n}`))

  it.each([
    { lines: [line("u50")], where: "line 1" },
    { lines: ["", ...many], where: "lines 35 to 67" },
  ])("stops at $where when the store fails, and ends", async ({ lines, where }) => {
    const store = createMemoryStore()
    const run = by()
    await expect(importMembers(failingAt(store, "u50"), lines, run)).rejects.toMatchObject({
      code: "dependency_failed",
      message: `import stopped at ${where}: DynamoDB: no answer`,
    })
    expect((await store.load("u69")).member).toBeUndefined()
    expect((await store.load("u1")).generation, "tokens are trusted again").toBe(1)
    await expect(store.beginImport(run), "it has ended").rejects.toMatchObject({ code: "conflict" })
    expect(await importMembers(store, lines, by())).toMatchObject({ refused: [] })
  })

  it("ends where its lines break off", async () => {
    const store = createMemoryStore()
    async function* broken() {
      yield* many
      throw new Error("the file broke off")
    }
    await expect(importMembers(store, broken(), by())).rejects.toThrow("the file broke off")
    expect((await store.load("u0")).member?.version).toBe(1)
    expect((await store.load("u0")).generation).toBe(1)
  })

  it("leaves tokens rechecks where it cannot even end, until another one does", async () => {
    const store = createMemoryStore()
    const dead: PermissionStore = {
      ...failingAt(store, "u50"),
      endImport: () => Promise.reject(new ClaimgateError("dependency_failed", "DynamoDB: no answer")),
    }
    await expect(importMembers(dead, many, by())).rejects.toThrow("import stopped at lines 34 to 66")
    expect((await store.load("u0")).generation).toBe(0)
    expect((await store.listChanges()).items).toMatchObject([{ kind: "generation", version: 1 }])
    await importMembers(store, many, by())
    expect((await store.load("u0")).generation).toBe(2)
  })

  it("comes in parts, of which the last one ends it", async () => {
    const store = createMemoryStore()
    const run = by()
    await importMembers(store, [line("u1")], run, { goesOn: true })
    expect((await store.load("u1")).generation).toBe(0)
    await importMembers(store, [line("u2")], run, { goesOn: true })
    await importMembers(store, [], run)
    expect((await store.load("u1")).generation).toBe(1)
    expect((await store.load("u2")).member?.version).toBe(1)
  })

  it("stops where another one takes its place", async () => {
    const store = createMemoryStore()
    async function* lines() {
      yield* many.slice(0, 40)
      await store.beginImport(by())
      yield* many.slice(40)
    }
    await expect(importMembers(store, lines(), by())).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("is not running"),
    })
  })
})
