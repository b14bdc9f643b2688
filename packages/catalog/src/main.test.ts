/** The command as it is run: a process of its own, in a copy of this package. */
import { execFile } from "node:child_process"
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, expect, test } from "vitest"

// The loader alone: the `tsx` command would start one process more.
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href
let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "claimgate-catalog-"))
  cpSync(fileURLToPath(new URL("..", import.meta.url)), inCopy(), { recursive: true })
  symlinkSync(
    fileURLToPath(new URL("../../../node_modules", import.meta.url)),
    join(root, "node_modules"),
    "junction",
  )
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const inCopy = (file = "") => join(root, "packages/catalog", file)
const read = (file: string) => readFileSync(inCopy(file), "utf8")

async function catalog(...args: string[]) {
  const run = promisify(execFile)(
    process.execPath,
    ["--import", loader, "packages/catalog/src/main.ts", ...args],
    {
      cwd: root,
    },
  )
  const { code, stdout, stderr } = await run.then(
    (output) => ({ code: 0, ...output }),
    (fault: { code: number; stdout: string; stderr: string }) => fault,
  )
  return { code, out: stdout, err: stderr }
}

test("the repository's own files follow from each other", async () => {
  expect(await catalog("--check")).toEqual({ code: 0, out: "", err: "" })
})

test("a route that was added makes a release, once", async () => {
  const [routes, lock] = [read("src/routes.ts"), read("catalog.lock")]
  writeFileSync(
    inCopy("src/routes.ts"),
    routes.replace("defineRoutes({", 'defineRoutes({\n  added: "GET /added/{id}",'),
  )
  const { code, out } = await catalog()
  expect(code).toBe(0)
  expect(out).toMatch(/^\+ GET \/added\/\{id\}\ncatalog: release \d+ \(.{5}\), 1 added, 0 retired\n/)
  expect(read("catalog.lock")).toMatch(/GET \/added\/{id}\n= release \d+ .{5}\n$/)
  expect(read("catalog.lock").startsWith(lock)).toBe(true)
  expect(read("src/compiled.ts")).toContain("\nGET /added/{id}`")
})

test.each([
  [
    "a duplicate route",
    '  twice: "GET /health",',
    /^catalog: packages\/catalog\/src\/routes\.ts:\d+: route `health`: same method and shape as `twice`: `GET \/health`\n$/,
  ],
  ["a merge conflict", "<<<<<<< HEAD", /^catalog: packages\/catalog\/src\/routes\.ts:\d+: .*"<<"\n$/],
])("%s in the route table ends in one line, and exit code 2", async (_, line, message) => {
  const routes = read("src/routes.ts")
  writeFileSync(inCopy("src/routes.ts"), routes.replace("defineRoutes({", `defineRoutes({\n${line}`))
  const result = await catalog("--check")
  writeFileSync(inCopy("src/routes.ts"), routes)
  expect(result).toEqual({ code: 2, out: "", err: expect.stringMatching(message) })
})

test("a table from an OpenAPI document takes the old one's place, and its routes are retired", async () => {
  writeFileSync(
    inCopy("api.yaml"),
    "openapi: 3.0.3\npaths:\n  /health: { get: { operationId: health } }\n  /pets: { get: {} }\n",
  )
  const from = await catalog("--from", inCopy("api.yaml"), "--out", inCopy("src/routes.ts"), "--force")
  expect(from).toMatchObject({ code: 0, err: "" })
  const { code, out } = await catalog()
  expect(code).toBe(0)
  expect(out).toContain("- GET /api/users\n")
  expect(out).toContain("+ GET /pets\n")
  expect(out).not.toContain("GET /health")
})
