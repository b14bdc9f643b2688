import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { linesOf, longestKept } from "./lines.ts"

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "claimgate-lines-"))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function read(content: string | Buffer): Promise<string[]> {
  const file = join(directory, "file")
  await writeFile(file, content)
  const lines: string[] = []
  for await (const { text } of linesOf(file)) lines.push(text)
  return lines
}

test.each([
  ["", []],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\nb", ["a", "b"]],
  ["a\r\n\r\nb\r\n", ["a", "", "b"]],
  ["\n\n", ["", ""]],
])("%j has the lines %j", async (content, lines) => {
  expect(await read(content)).toEqual(lines)
})

test("a character is not cut where the file is read in parts", async () => {
  const lines = Array.from({ length: 40_000 }, (_, index) => `${"ü€𝄞".repeat(index % 3)}${index}`)
  expect(await read(lines.join("\n"))).toEqual(lines)
})

test("of a line without an end only as much is kept as shows that it is too long", async () => {
  const lines = await read(`${"x".repeat(5_000_000)}\nafter`)
  expect(lines[0]?.length).toBeGreaterThanOrEqual(longestKept)
  expect(lines[0]?.length).toBeLessThan(longestKept + 100_000)
  expect(lines[1]).toBe("after")
})

test("a file that is not there is a fault", async () => {
  await expect(linesOf(join(directory, "nowhere")).next()).rejects.toThrow("ENOENT")
})
