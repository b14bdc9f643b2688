import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createMemoryStore } from "@claimgate/store"
import { expect, it } from "vitest"
import { checkReadable, importFile } from "./import-file.ts"

it("imports the simple table, and says which lines it refused and why", async () => {
  const folder = await mkdtemp(join(tmpdir(), "claimgate-test-"))
  const file = join(folder, "members.jsonl")
  const lines = [
    '{"userId":"u-1","role":"editor","permissions":["GET:/api/users"]}',
    '{"userId":"u-2","permissions":["GET:/nowhere"]}',
    "{",
    '{"userId":"u-3","role":"guest","permissions":[]}',
  ]
  await writeFile(file, lines.join("\n"))
  const store = createMemoryStore()
  const report = await importFile(store, file)
  expect(report.join("\n").replaceAll(file, "FILE")).toMatch(
    /^FILE: line 2: .*covers no route.*\nFILE: line 3: .*\nFILE: role `editor` is not stored.*\nFILE: 2 members imported, 0 unchanged, 2 lines refused$/,
  )
  expect((await store.load("u-1")).member).toMatchObject({
    roles: ["editor"],
    permissions: ["GET:/api/users"],
  })
  expect((await store.load("u-2")).member).toBeUndefined()
  await rm(folder, { recursive: true, force: true })
})

it("refuses a file that is not there", async () => {
  await expect(checkReadable("nowhere.jsonl")).rejects.toThrow(
    "--import nowhere.jsonl: expected a file that can be read (ENOENT)",
  )
})

it("refuses a directory", async () => {
  await expect(checkReadable(tmpdir())).rejects.toThrow(
    `--import ${tmpdir()}: expected a file that can be read (not a file)`,
  )
})
