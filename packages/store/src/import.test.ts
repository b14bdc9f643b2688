import { ClaimgateError, createCatalog } from "@claimgate/core"
import { describe, expect, it } from "vitest"
import { evaluate } from "./evaluate.ts"
import { importMembers } from "./import.ts"
import { createMemoryStore } from "./memory-store.ts"
import type { PermissionStore } from "./port.ts"

const line = (userId: string, role?: string, permissions: readonly string[] = ["GET:/a"]) =>
  JSON.stringify({ userId, role, permissions })

describe("importMembers", () => {
  it("stores what the lines say, and reports lines that it refuses", async () => {
    const store = createMemoryStore()
    await store.putRole({ name: "editor", permissions: ["PUT:/a"] }, 0)
    const lines = [line("u1", "editor"), "not json", line("u2"), line("u3", "Nope"), line("u1", "editor")]
    expect(await importMembers(store, lines)).toEqual({
      imported: 2,
      refused: [
        { line: 2, message: "expected one JSON object on one line" },
        { line: 4, message: expect.stringContaining("role `Nope`") },
        { line: 5, message: "field `userId`: `u1` is already on line 1" },
      ],
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
    await store.putRole({ name: "gone", permissions: ["PUT:/a"] }, 0)
    await store.deleteRole("gone", 1)
    const lines = [line("u1", "later"), line("u2", "gone"), line("u3", "later"), line("u4", "guest")]
    const { unknownRoles } = await importMembers(store, lines)
    expect(unknownRoles).toEqual(["gone", "later"])
    expect(evaluate(await store.load("u1"))).toMatchObject({ roles: ["later"], permissions: ["GET:/a"] })
    await store.putRole({ name: "later", permissions: ["GET:/b"] }, 0)
    expect(evaluate(await store.load("u1")).permissions).toEqual(["GET:/b", "GET:/a"])
  })

  it("overwrites who is stored by version, and enables nobody", async () => {
    const store = createMemoryStore()
    const old = { roles: ["viewer"], permissions: ["GET:/old"], disabled: false }
    await store.putMember({ ...old, subject: "known" }, 0)
    await store.putMember({ ...old, subject: "disabled", disabled: true }, 0)
    const report = await importMembers(
      store,
      ["known", "disabled"].map((id) => line(id)),
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
        await store.putMember({ ...bare, subject }, 0)
        await store.deleteMember(subject, 1)
      },
    },
    {
      who: "an administrator that was deleted",
      says: deleted,
      stored: async (store, subject) => {
        await store.putMember({ ...bare, subject, roles: ["admin"] }, 0)
        await store.deleteMember(subject, 1)
      },
    },
    {
      who: "an administrator",
      says: admin,
      stored: (store, subject) => store.putMember({ ...bare, subject, roles: ["admin"] }, 0),
    },
    {
      who: "an administrator with another role",
      says: admin,
      stored: (store, subject) => store.putMember({ ...bare, subject, roles: ["admin", "viewer"] }, 0),
    },
    {
      who: "an administrator that is disabled",
      says: admin,
      stored: (store, subject) => store.putMember({ ...bare, subject, roles: ["admin"], disabled: true }, 0),
    },
  ]

  it.each(kept)("leaves $who as it was, and goes on with the next line", async ({ stored, says }) => {
    const store = createMemoryStore()
    await stored(store, "kept")
    const { member } = await store.load("kept")
    expect(await importMembers(store, [line("kept", "editor"), line("next")])).toMatchObject({
      imported: 1,
      refused: [{ line: 1, message: `member \`kept\`: ${says}` }],
      unknownRoles: [],
    })
    expect((await store.load("kept")).member).toEqual(member)
    expect((await store.load("next")).member).toMatchObject({ permissions: ["GET:/a"] })
  })

  it.each(kept)("raises no generation where all that it met is $who", async ({ stored }) => {
    const store = createMemoryStore()
    await stored(store, "kept")
    await importMembers(store, [line("kept")])
    expect((await store.load("kept")).generation).toBe(0)
  })

  it("leaves whoever is made an administrator between its reading and its writing", async () => {
    const store = createMemoryStore()
    await store.putMember({ ...bare, subject: "u1" }, 0)
    const raced: PermissionStore = {
      ...store,
      async putMember(draft, version) {
        if (version === 1) await store.putMember({ ...bare, subject: "u1", roles: ["admin"] }, 1)
        return store.putMember(draft, version)
      },
    }
    const report = await importMembers(raced, [line("u1")])
    expect(report).toMatchObject({ imported: 0, refused: [{ message: `member \`u1\`: ${admin}` }] })
    expect((await store.load("u1")).member).toMatchObject({ roles: ["admin"], version: 2 })
  })

  it("refuses permissions that cover no route, where a catalog is given", async () => {
    const store = createMemoryStore()
    const catalog = createCatalog(["GET /a", "GET /b/{id}"])
    const lines = [
      line("u1", undefined, ["GET:/a", "!GET:/b/*"]),
      line("u2", undefined, ["GET:/a", "GET:/c"]),
      line("u3", undefined, ["!PUT:/a"]),
    ]
    expect(await importMembers(store, lines, { catalog })).toMatchObject({
      imported: 1,
      refused: [
        { line: 2, message: "permission `GET:/c`: covers no route, expected at least one" },
        { line: 3, message: "permission `!PUT:/a`: covers no route, expected at least one" },
      ],
    })
    expect((await store.load("u2")).member).toBeUndefined()
  })

  it("raises the generation once, and only if anything was written", async () => {
    const store = createMemoryStore()
    await importMembers(store, ["", "{}"])
    expect((await store.load("u1")).generation).toBe(0)
    await importMembers(store, [line("u1"), line("u2")])
    expect((await store.load("u1")).generation).toBe(1)
  })

  it("writes again after a lost race, over the version that won", async () => {
    const store = createMemoryStore()
    let races = 2
    const raced: PermissionStore = {
      ...store,
      async putMember(draft, version) {
        if (races-- > 0) await store.putMember({ ...draft, permissions: ["GET:/rival"] }, version)
        return store.putMember(draft, version)
      },
    }
    expect(await importMembers(raced, [line("u1")])).toMatchObject({ imported: 1, refused: [] })
    expect((await store.load("u1")).member).toMatchObject({ permissions: ["GET:/a"], version: 3 })
  })

  it("gives a line up that loses every race, and goes on with the next", async () => {
    const store = createMemoryStore()
    let version = 0
    const raced: PermissionStore = {
      ...store,
      async putMember(draft, over) {
        if (draft.subject === "u1") version = (await store.putMember(draft, version)).version
        return store.putMember(draft, over)
      },
    }
    const report = await importMembers(raced, [line("u1"), line("u2")])
    expect(report).toMatchObject({ imported: 1, refused: [{ line: 1 }] })
    expect(report.refused[0]?.message).toContain("current version is")
  })

  it("stops at the line where the store fails", async () => {
    const store = createMemoryStore()
    const failing: PermissionStore = {
      ...store,
      async putMember(draft, version) {
        if (draft.subject === "u2") throw new ClaimgateError("dependency_failed", "DynamoDB: no answer")
        return store.putMember(draft, version)
      },
    }
    const stopped = importMembers(failing, [line("u1"), "", line("u2"), line("u3")])
    await expect(stopped).rejects.toMatchObject({
      code: "dependency_failed",
      message: "import stopped at line 3: DynamoDB: no answer",
    })
    expect((await store.load("u1")).member?.version).toBe(1)
    expect((await store.load("u3")).member).toBeUndefined()
  })
})
