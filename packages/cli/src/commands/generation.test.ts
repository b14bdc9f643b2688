import { newAttribution, type PermissionStore } from "@claimgate/store"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { startTableWorld, type TableWorld } from "../../test/table-world.ts"
import type { World } from "../../test/world.ts"

let tables: TableWorld
let world: World
let store: PermissionStore
const clock = { at: Date.now() }

beforeAll(async () => {
  tables = await startTableWorld()
  world = tables.world
})
afterAll(() => tables.stop())
beforeEach(async () => {
  clock.at = Date.now()
  store = await tables.bindNewTable({ now: () => clock.at, pause: () => Promise.resolve() })
})

// Nobody is signed in: what is tested here asks no API.
const run = (text: string, options: Parameters<World["run"]>[1] = {}) =>
  world.run([...text.split(" "), "--stage", "local"], {
    env: {},
    fetch: () => Promise.reject(new Error("asked")),
    ...options,
  })
const raise = "generation raise --break-glass --yes"
const by = () => newAttribution("test", "seed")
const auditOf = async () => (await store.listAudit({ kind: "generation", name: "" })).items
const numbers = async () => (await store.listChanges()).items.map(({ number, version }) => [number, version])

describe("generation", () => {
  test("is 0 at first, and what it was raised to", async () => {
    expect(await run("generation")).toMatchObject({ code: 0, out: "generation 0\n" })
    await store.raiseGeneration(by(), 6)
    expect(await run("generation show")).toMatchObject({ code: 0, out: "generation 7\n" })
    const { out } = await run("generation --json")
    expect(JSON.parse(out)).toEqual({ generation: 7, importing: null })
  })

  test("says that an import is running, or that one broke off", async () => {
    await store.beginImport(by())
    const since = new Date(clock.at).toISOString()
    expect((await run("generation")).out).toBe(
      `generation 1\nan import is running since ${since}: every token is a recheck until it ends\n`,
    )
    const { out } = await run("generation --json")
    expect(JSON.parse(out)).toEqual({ generation: 1, importing: { since, mayWrite: true } })
  })

  test("changes nothing", async () => {
    await run("generation --break-glass --yes")
    expect(await numbers()).toEqual([])
  })
})

describe("generation raise", () => {
  test("raises by one, and is in the audit under the AWS identity, once", async () => {
    await store.raiseGeneration(by(), 6)
    expect(await run(raise)).toMatchObject({
      code: 0,
      out: "generation 8\n",
      err: expect.stringContaining("audited under aws:local"),
    })
    expect(await numbers()).toEqual([
      [1, 7],
      [2, 8],
    ])
    const audit = await auditOf()
    expect(audit).toHaveLength(2)
    expect(audit[0]).toMatchObject({
      ...{ actor: "aws:local", door: "break-glass", action: "raise", outcome: "done", generation: 8 },
    })
    expect((await run("audit --break-glass")).out).toMatch(/aws:local +raise +generation +break-glass/)
  })

  test("raises above a number by one change, and does nothing the second time", async () => {
    const above = `${raise} --above 41`
    expect(await run(above)).toMatchObject({ code: 0, out: "generation 42\n" })
    expect(await run(above)).toMatchObject({
      code: 0,
      out: "generation 42: above 41 already, nothing was changed\nafter a restore: if tokens of a later generation can be out, take a higher number\n",
    })
    // Nobody is asked about nothing.
    expect(await run("generation raise --break-glass --above 41")).toMatchObject({ code: 0 })
    expect(await numbers()).toEqual([[1, 42]])
    expect(await auditOf()).toHaveLength(1)
  })

  test("raises where the generation is just the number", async () => {
    await store.raiseGeneration(by(), 40)
    const { out } = await run(`${raise} --above 41 --json`)
    expect(JSON.parse(out)).toEqual({ generation: 42, importing: null })
  })

  test("asks, and a no changes nothing", async () => {
    for (const answer of ["n\n", ""]) {
      const ran = await run("generation raise --break-glass --above 9", { answer })
      expect(ran).toMatchObject({
        code: 4,
        out: "",
        err: expect.stringContaining("Raise the generation from 0 to 10 on stage local?"),
      })
    }
    expect(await run("generation raise --break-glass")).toMatchObject({
      code: 2,
      err: expect.stringContaining("expected --yes"),
    })
    expect([await numbers(), await auditOf()]).toEqual([[], []])
    const yes = await run("generation raise --break-glass", { answer: "y\n" })
    expect(yes).toMatchObject({ code: 0, out: "generation 1\n" })
  })

  test.each([
    ["generation raise --yes", "expected --break-glass"],
    ["generation raise --yes --above 7", "expected --break-glass"],
    ...["-1", "1.5", "x", "07", "1e3", "0x10", "1000000000", "９"].map((above) => [
      `${raise} --above ${above}`,
      `--above \`${above}\`: expected a whole number from 0 to 999999999`,
    ]),
    [`${raise} --above`, "argument missing"],
    [`${raise} 7`, "too many arguments"],
    ["generation lower --break-glass --yes", "too many arguments"],
  ])("cannot be meant, and asks no stage: %s", async (text = "", message) => {
    const ran = await run(text)
    expect(ran).toMatchObject({ code: 2, out: "", err: expect.stringContaining(message ?? "") })
    expect(ran.err).not.toContain("stage local")
    expect(await numbers()).toEqual([])
  })

  test("is refused while an import is running, and that is in the audit, once", async () => {
    await store.beginImport(by())
    const ran = await run(raise)
    expect(ran).toMatchObject({ code: 1, out: "", err: expect.stringContaining("import_running") })
    expect(await numbers()).toEqual([[1, 1]])
    const audit = await auditOf()
    expect(audit).toHaveLength(2)
    expect(audit.find(({ outcome }) => outcome === "refused")).toMatchObject({
      ...{ actor: "aws:local", door: "break-glass", action: "raise", because: "import_running" },
    })
  })

  test("passes a number also while an import is running: its tokens are out, and believed", async () => {
    await store.beginImport(by())
    expect(await run(`${raise} --above 41`)).toMatchObject({
      code: 0,
      out: "generation 42\n",
      err: expect.stringContaining("an import is running"),
    })
    expect((await store.readGeneration()).importing).toMatchObject({ mayWrite: true })
  })

  test("is not held up by an import that broke off a day ago, and says so", async () => {
    clock.at -= 24 * 3600_000
    await store.beginImport(by())
    expect(await run(raise)).toMatchObject({
      code: 0,
      out: "generation 2\n",
      err: expect.stringContaining("has not ended and writes no more"),
    })
  })
})
