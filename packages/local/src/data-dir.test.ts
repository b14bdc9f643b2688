import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { newAttribution } from "@claimgate/store"
import { describe, expect, it } from "vitest"
import { poolId } from "./identity.ts"
import { callOperation } from "./pool/index.ts"
import { startStack } from "./stack.ts"

describe("a data directory", () => {
  it("keeps users, keys, permissions and data over a restart", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "claimgate-test-"))
    try {
      const before = await startStack({ dataDir })
      const ben = await before.subject("ben@example.com")
      const editor = { subject: ben, roles: ["editor"], permissions: [], disabled: false }
      await before.store.putMember(editor, 1, newAttribution("tests", "seed"))
      const user = (email: string) => ({ UserPoolId: poolId, Username: email })
      const eveIs = [{ Name: "email", Value: "eve@example.com" }]
      const eve = { ...user("eve@example.com"), UserAttributes: eveIs, MessageAction: "SUPPRESS" }
      await callOperation(before.identity.pool, "AdminCreateUser", eve)
      await callOperation(before.identity.pool, "AdminDeleteUser", user("dan@example.com"))
      const sub = await before.subject("eve@example.com")
      await Promise.all([before.identity.save(), before.identity.save()])
      const kids = before.identity.pool.keys.map((key) => key.kid)
      await before.close()
      const after = await startStack({ dataDir })
      try {
        expect(await after.subject("ben@example.com")).toBe(ben)
        expect(await after.subject("eve@example.com")).toBe(sub)
        await expect(after.subject("dan@example.com")).rejects.toThrow("User does not exist.")
        expect(after.identity.pool.keys.map((key) => key.kid)).toEqual(kids)
        expect((await after.store.load(ben)).member).toMatchObject({ roles: ["editor"], version: 2 })
      } finally {
        await after.close()
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  })

  it("whose parent does not exist is refused in one line", async () => {
    await expect(startStack({ dataDir: "/proc/claimgate/x" })).rejects.toThrow(
      /^--data \/proc\/claimgate\/x: expected a directory/,
    )
  })

  const other = ["{", "{}", "null", "[]", '{"machineSecret":"s","pool":{}}']
  it.each(other)("that holds `%s` is refused in one line, and nothing is left running", async (text) => {
    const dataDir = await mkdtemp(join(tmpdir(), "claimgate-test-"))
    await writeFile(join(dataDir, "user-pool.json"), text)
    await expect(startStack({ dataDir })).rejects.toThrow(
      /user-pool\.json: expected a user pool as `--data` keeps it$/,
    )
    await rm(dataDir, { recursive: true, force: true })
  })

  it("that is a file is refused in one line", async () => {
    const dataDir = fileURLToPath(import.meta.url)
    const message = `--data ${dataDir}: expected a directory`
    await expect(startStack({ dataDir })).rejects.toMatchObject({
      code: "malformed_input",
      message: expect.stringContaining(message),
    })
  })
})
