/**
 * No regular expression of the sources takes more than linear time over its input, by recheck, which proves that or finds
 * a text for which it does not hold. All packages are read but `local` and `verify`, which read their own user's input.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { check } from "recheck"
import ts from "typescript"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))

interface Found {
  /** File, line, and the expression. */
  readonly place: string
  readonly expression: RegExp
}

const folders = readdirSync(join(root, "packages"))
  .toSorted()
  .filter((name) => name !== "local" && name !== "verify")
  .map((name) => join("packages", name, "src"))

const files = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("compiled.ts"))
  .filter((file) => !file.includes("node_modules"))

function literalsIn(file: string): Found[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(root, file), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  )
  const found: Found[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
      found.push({
        place: `${file}:${line} ${node.text}`,
        expression: parseLiteral(node.text),
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function parseLiteral(text: string): RegExp {
  const end = text.lastIndexOf("/")
  return new RegExp(text.slice(1, end), text.slice(end + 1))
}

/** Files that put expressions together, from parts that stand beside them. */
const built: readonly string[] = ["packages/cli/src/output.ts", "packages/store/src/attribution.ts"]

/** Whether a file puts an expression together. */
function constructs(file: string): boolean {
  return /\bnew RegExp\(/.test(readFileSync(join(root, file), "utf8"))
}

const found = files.flatMap(literalsIn)

/** `safe` for linear time, also where nothing but a search for bad texts says so; otherwise what was found. */
async function complexityOf({ source, flags }: RegExp): Promise<string> {
  const found = await check(source, flags, { timeout: 10_000 })
  return found.status === "vulnerable" ? `vulnerable: ${found.complexity.summary}` : found.status
}

describe("every regular expression", () => {
  it("is found", () => {
    expect(found.length).toBeGreaterThan(80)
  })
  it("takes linear time", async () => {
    const slow: string[] = []
    for (const { place, expression } of found) {
      const complexity = await complexityOf(expression)
      if (complexity !== "safe") slow.push(`${place} is ${complexity}`)
    }
    expect(slow).toEqual([])
  }, 120_000)
  it("is written down, and those that are built are known", () => {
    expect(files.filter(constructs)).toEqual(built)
  })
  it.each([/^(a+)+$/, /\s+$/, /(\w+\s?)*;/])("%s would be noticed", async (expression) => {
    expect(await complexityOf(expression)).toMatch(/^vulnerable/)
  })
})
