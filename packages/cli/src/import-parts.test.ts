import type { RefusedLine } from "@claimgate/store"
import { describe, expect, test } from "vitest"
import { largestPart, mostMembers, type Part, partsOf } from "./import-parts.ts"

async function cut(lines: readonly string[]) {
  const parts: Part[] = []
  const refused: RefusedLine[] = []
  async function* read() {
    yield* lines
  }
  for await (const part of partsOf(read(), refused)) parts.push(part)
  return { parts, refused }
}

const line = (userId: string, permissions: readonly string[] = []) => JSON.stringify({ userId, permissions })
const permissions = (count: number) =>
  Array.from({ length: count }, (_, index) => `GET:/api/reports/${index}`.padEnd(60, "x"))

describe("a file in parts", () => {
  test("has every member once and in order, in parts that are small enough", async () => {
    const wide = permissions(100)
    const { parts, refused } = await cut(Array.from({ length: 100 }, (_, index) => line(`u${index}`, wide)))
    expect(refused).toEqual([])
    expect(parts.length).toBeGreaterThan(2)
    for (const { body, lines } of parts) {
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(largestPart)
      expect(body.split("\n")).toHaveLength(lines.length)
    }
    expect(parts.flatMap(({ lines }) => lines)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1))
    const members = parts.flatMap(({ body }) => body.split("\n")).map((text) => JSON.parse(text).userId)
    expect(members).toEqual(Array.from({ length: 100 }, (_, index) => `u${index}`))
  })

  test("has no part of more members than are written in a few seconds", async () => {
    const { parts } = await cut(Array.from({ length: 2 * mostMembers + 1 }, (_, index) => line(`u${index}`)))
    expect(parts.map(({ lines }) => lines.length)).toEqual([mostMembers, mostMembers, 1])
  })

  test("has the largest valid member whole, within what the admin API takes", async () => {
    const most = Array.from({ length: 1000 }, (_, index) => `GET:/api/reports/${index}`.padEnd(131, "x"))
    const { parts, refused } = await cut([line("a"), line("b", most), line("c")])
    expect(refused).toEqual([])
    expect(parts.map(({ lines }) => lines)).toEqual([[1, 2, 3]])
    expect(Buffer.byteLength(parts[0]?.body ?? "")).toBeLessThan(256 * 1024)
  })

  test("leaves out blank lines and keeps the numbers of the others", async () => {
    expect((await cut(["", line("a"), " ", "", line("b")])).parts.map(({ lines }) => lines)).toEqual([[2, 5]])
  })

  test("refuses what no part can have, a subject of another part among it", async () => {
    const many = Array.from({ length: mostMembers + 5 }, (_, index) => line(`u${index}`))
    const { parts, refused } = await cut([...many, line("u3"), "{"])
    expect(parts).toHaveLength(2)
    expect(refused).toEqual([
      { line: mostMembers + 6, message: "field `userId`: `u3` is already on line 4" },
      { line: mostMembers + 7, message: "expected one JSON object on one line" },
    ])
  })

  test.each([[[]], [["", "{"]]])("has none where no line can be stored: %j", async (lines) => {
    expect((await cut(lines)).parts).toEqual([])
  })

  test("says of a member what its line says", async () => {
    const entry = {
      userId: "a",
      roles: ["editor", "reader"],
      permissions: ["!GET:/api/users"],
      disabled: true,
    }
    const { parts } = await cut([JSON.stringify(entry), '{"userId":"b","role":"guest","permissions":[]}'])
    expect(parts[0]?.body.split("\n").map((text) => JSON.parse(text))).toEqual([
      entry,
      { userId: "b", roles: [], permissions: [], disabled: false },
    ])
  })
})
