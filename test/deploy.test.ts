/** docs/deploy.md: what it tells people to type is there, and its sums are right. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createWorld, fill, type World } from "../packages/cli/test/world.ts"

const root = fileURLToPath(new URL("..", import.meta.url))
const read = (file: string) => readFileSync(join(root, file), "utf8")
const text = read("docs/deploy.md")
const shell = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block = ""]) => block).join("\n")

/** What stands between two of the document's marks, each time. */
const all = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, found = ""]) => found))]

describe("variables", () => {
  const settings = [...read(".env.example").matchAll(/^# ([A-Z_]+)=/gm)].map(([, name = ""]) => name)
  const table = /### Variables\n([\s\S]*?)\n### /.exec(text)?.[1] ?? ""

  it("of .env.example are all in the table, once, and no others", () => {
    const named = [...table.matchAll(/^\|.*$/gm)].flatMap(([row]) => [...row.matchAll(/`([A-Z_]{3,})`/g)])
    expect(named.map(([, name]) => name).sort()).toEqual([...settings].sort())
  })

  it("that the text names elsewhere are settings, or the reader's own", () => {
    const own = ["AWS_ACCESS_KEY_ID", "CLAIMGATE_PASSWORD", "EMAIL", "PASSWORD", "BEN", "TABLE", "TOKEN"]
    const words = all(/`([A-Z][A-Z_]{2,})(?:=[^`]*)?`/g)
    expect(words.filter((word) => ![...settings, ...own].includes(word))).toEqual([])
  })
})

describe("commands", () => {
  const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Record<string, string> }

  it.each(all(/npm run ([a-z:]+)/g))("`npm run %s` is a script", (name) => {
    expect(Object.keys(scripts)).toContain(name)
  })

  it("of SST are those that its command line has", () => {
    const known = ["deploy", "dev", "diff", "install", "remove", "shell"]
    expect(all(/npx sst ([a-z]+)/g).filter((name) => !known.includes(name))).toEqual([])
  })

  let world: World
  beforeAll(async () => {
    world = await createWorld()
    await fill(world.store)
  })
  afterAll(() => world.remove())

  const shown = [
    ...new Set([...shell.matchAll(/npx claimgate ([^#|>\n]*)/g)].map(([, line = ""]) => line.trim())),
  ]
  it.each(shown)("`npx claimgate %s` is understood", async (line) => {
    const words = line
      .replace("$EMAIL", "ann")
      .replace("$BEN", "ben")
      .replace(/--stage (dev|prod)/, "--stage local")
      .replace(/ --as \S+| --break-glass/g, "")
      .split(" ")
    // Where nobody is an administrator yet, and with credentials that are not here.
    const ran = await world.run(words[0] === "bootstrap" ? ["bootstrap", "--help"] : [...words, "--yes"], {
      env: { CLAIMGATE_TOKEN: "token" },
    })
    expect(ran.err).not.toMatch(/unknown|missing required|too many|expected --stage/)
  })

  it("are there at all", () => {
    expect(shown.length).toBeGreaterThan(5)
  })
})

describe("files and outputs", () => {
  it.each(all(/`((?:infra|packages)\/[\w./-]+\.\w+)`/g))("%s is there", (file) => {
    expect(existsSync(join(root, file))).toBe(true)
  })

  it("the outputs that a deploy prints are those that infra/outputs.ts has", () => {
    const declared = read("infra/outputs.ts")
    for (const name of ["userPool", "webClient", "machineClient", "tokenEndpoint", "try1", "try4"]) {
      expect(text).toContain(`\`${name}\``)
      expect(declared).toContain(`${name}:`)
    }
  })

  it("the alarms are those that infra/alarms.ts makes", () => {
    const table = /\| alarm, behind[\s\S]*?\n\n/.exec(text)?.[0] ?? ""
    const shown = [...table.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(
      ([, cell = ""]) => cell.match(/\w+/g) ?? [],
    )
    const made = [...read("infra/alarms.ts").matchAll(/createAlarm\(\s*["`](?:\$\{[^}]+\})?(\w+)["`]/g)]
    expect(shown.sort()).toEqual(made.map(([, name]) => name).sort())
  })

  it("each place in the document that is linked to is a heading", () => {
    const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    )
    expect(all(/\]\(#([^)]+)\)/g).filter((anchor) => !anchors.includes(anchor))).toEqual([])
  })
})

/** Rows of the table whose head begins with a text: the first cell, and the others as numbers; `–` is none. */
function tableOf(head: string): readonly { readonly name: string; readonly numbers: readonly number[] }[] {
  const start = text.indexOf(`| ${head} |`)
  expect([head, start]).not.toEqual([head, -1])
  const [, , ...rows] = text.slice(start, text.indexOf("\n\n", start)).split("\n")
  return rows.map((row) => {
    const [name = "", ...cells] = row.split("|").slice(1, -1)
    return {
      name: name.replaceAll("*", "").trim(),
      numbers: cells.map((cell) => Number(cell.replace("–", "0").replace(/[*,]/g, ""))),
    }
  })
}

describe("sums", () => {
  // The unit is a word, and the price comes after it.
  const prices = new Map(tableOf("price of").map(({ name, numbers }) => [name, numbers[1] ?? Number.NaN]))
  const quantities = tableOf("per million requests")
  const costs = tableOf("dollars per million requests")
  const cents = (dollars: number) => Math.round(dollars * 100 + 1e-6)

  it("each cost is a quantity times its price", () => {
    expect(quantities).toHaveLength(6)
    for (const [index, { name, numbers }] of costs.slice(0, -1).entries()) {
      const quantity = quantities[index]
      expect(quantity?.name).toMatch(new RegExp(`^${name}, `))
      const expected = quantity?.numbers.map((amount) => cents(amount * (prices.get(name) ?? Number.NaN)))
      expect([name, numbers.map(cents)]).toEqual([name, expected])
    }
  })

  it("the last line is the sum of those above it", () => {
    const last = costs.at(-1)
    expect(last?.name).toBe("all")
    const sumOf = (door: number) =>
      costs.slice(0, -1).reduce((sum, { numbers }) => sum + cents(numbers[door] ?? 0), 0)
    expect(last?.numbers.map(cents)).toEqual(last?.numbers.map((_, door) => sumOf(door)))
  })

  it("the account of `hybrid`, line by line, comes to the same quantities", () => {
    const [, , lambdas, seconds, units, gigabytes] = quantities.map(({ numbers }) => numbers[0] ?? Number.NaN)
    expect(sumIn(/([\d.]+) × 0\.20/)).toBe(lambdas)
    expect(sumIn(/\(([\d,+ ]+)\) GB-s/)).toBe(seconds)
    // And 10,000 of the feed.
    expect(sumIn(/\(([\d,+ ]+)\) × 4/) * 4 + 10_000).toBeCloseTo((units ?? 0) * 1e6)
    expect(sumIn(/\(([\d. +]+)\) GB ×/)).toBe(gigabytes)
  })
})

/** The sum of what a pattern finds in the text, wherever its lines end, `1,500 + 5,000`, to a hundredth. */
function sumIn(pattern: RegExp): number {
  const terms = (pattern.exec(text.replace(/\s+/g, " "))?.[1] ?? "").replaceAll(",", "").split("+")
  return Math.round(terms.reduce((sum, term) => sum + Number(term), 0) * 100) / 100
}
