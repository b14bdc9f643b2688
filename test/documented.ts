/** Tables in docs/security.md that name tests, and whether those are there. */
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"

const root = fileURLToPath(new URL("../", import.meta.url))
const document = "docs/security.md"

/** A row of a table: its cells, and in the last one links to tests. */
export interface Row {
  readonly cells: readonly string[]
  readonly links: readonly { readonly title: string; readonly file: string }[]
}

/** The rows of the table below a heading; each link is a test's title, and its file from the repository's root. */
export function rowsBelow(heading: string): Row[] {
  const text = readFileSync(join(root, document), "utf8")
  const section = text.split(`\n## ${heading}\n`)[1]?.split(/^## /m)[0] ?? ""
  const lines = section.split("\n").filter((line) => line.startsWith("| "))
  return lines.slice(2).map((line) => {
    const cells = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim())
    return { cells, links: linksIn(cells.at(-1) ?? "") }
  })
}

function linksIn(cell: string): Row["links"] {
  return [...cell.matchAll(/\[(.+?)\]\((.+?)\)/g)].map(([, title = "", file = ""]) => ({
    title,
    file: join(dirname(document), file),
  }))
}

/** Links that lead to no test of that title, or to where vitest looks for none. */
export function brokenLinks({ links }: Row): Row["links"] {
  return links.filter(
    ({ title, file }) =>
      !/^(packages\/[a-z]+\/(src|test)|test)\/.+\.test\.ts$/.test(file) ||
      !titlesIn(readFileSync(join(root, file), "utf8")).includes(title),
  )
}

/** Titles of all tests in a file; those that are left out are not among them. */
export function titlesIn(text: string): string[] {
  const titles: string[] = []
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node)) {
      const [title] = node.arguments
      if (title !== undefined && ts.isStringLiteralLike(title) && isTest(node.expression))
        titles.push(title.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile("test.ts", text, ts.ScriptTarget.Latest))
  return titles
}

/** `it`, `test.each(rows)`, `it.concurrent.each(rows)`, but nothing that may not run. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === "it" || callee.text === "test"
  if (ts.isCallExpression(callee)) return isTest(callee.expression)
  if (!ts.isPropertyAccessExpression(callee)) return false
  return (callee.name.text === "each" || callee.name.text === "concurrent") && isTest(callee.expression)
}
