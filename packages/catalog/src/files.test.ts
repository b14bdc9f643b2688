import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { readText, sizeOf, writeTogether } from "./files.ts"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "claimgate-catalog-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const inFolder = (name: string) => join(folder, name)

describe("files that are written together", () => {
  test("are new or replaced, and nothing else is left behind", () => {
    writeFileSync(inFolder("a"), "old")
    writeTogether(
      new Map([
        [inFolder("a"), "new a"],
        [inFolder("b"), "new b"],
      ]),
    )
    expect(readText(inFolder("a"))).toBe("new a")
    expect(readText(inFolder("b"))).toBe("new b")
    expect(readdirSync(folder)).toEqual(["a", "b"])
  })

  test("may be none", () => {
    writeTogether(new Map())
    expect(readdirSync(folder)).toEqual([])
  })

  test.each([
    ["is a folder", "taken", "it is a folder"],
    ["has no folder", "missing/b", "its folder does not exist"],
  ])("are put back as they were where one of them %s", (_, bad, why) => {
    mkdirSync(inFolder("taken"))
    writeFileSync(inFolder("old"), "old")
    const texts = new Map([
      [inFolder("old"), "1"],
      [inFolder("new"), "2"],
      [inFolder(bad), "3"],
      [inFolder("z"), "4"],
    ])
    expect(() => writeTogether(texts)).toThrow(`${inFolder(bad)}: cannot be`)
    expect(() => writeTogether(texts)).toThrow(why)
    expect(readdirSync(folder)).toEqual(["old", "taken"])
    expect(readFileSync(inFolder("old"), "utf8")).toBe("old")
  })
})

describe("a file that is read", () => {
  test("is undefined where there is none", () => {
    expect(readText(inFolder("a"))).toBeUndefined()
    expect(sizeOf(inFolder("a"))).toBeUndefined()
  })

  test("is refused where it is a folder, or below a file", () => {
    writeFileSync(inFolder("a"), "")
    expect(() => readText(folder)).toThrow(`${folder}: cannot be read: it is a folder`)
    expect(() => readText(inFolder("a/b"))).toThrow(`${inFolder("a/b")}: cannot be read: ENOTDIR`)
  })
})
