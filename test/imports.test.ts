/** Enforces the import table of docs/architecture.md. */
import { readdirSync, readFileSync } from "node:fs"
import { join, posix, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import ts from "typescript"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))

interface Law {
  readonly workspace: ReadonlySet<string>
  readonly outside: readonly string[]
}

const laws = new Map(
  readFileSync(join(root, "docs/architecture.md"), "utf8")
    .split("## Who may import whom")[1]
    ?.split("\n")
    .filter((line) => /^\| [a-z]/.test(line) && !line.startsWith("| package"))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, name = "", workspace = "", outside = ""]): [string, Law] => [
      name,
      { workspace: new Set(workspace.split(" ")), outside: outside.replaceAll("`", "").split(" ") },
    ]),
)

interface Import {
  /** What is imported; `<computed>`, which only `*` allows, where no text says. */
  readonly from: string
  readonly typeOnly: boolean
}

interface Source {
  /** From the repository's root, with `/`. */
  readonly file: string
  readonly text: string
  readonly imports: readonly Import[]
}

function sourcesBelow(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !/\.test\.ts$|\.d\.ts$|node_modules/.test(file))
    .map((file) => join(folder, file).split(sep).join("/"))
    .map((file) => {
      const text = readFileSync(join(root, file), "utf8")
      return { file, text, imports: importsOf(text) }
    })
}

/** Every import of a source, however it is written: the compiler's own reading, so that no spelling escapes. */
function importsOf(text: string): Import[] {
  const found: Import[] = []
  const add = (from: ts.Node | undefined, typeOnly: boolean) =>
    found.push({ from: from && ts.isStringLiteralLike(from) ? from.text : "<computed>", typeOnly })
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false)
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isExternalModuleReference(node)) add(node.expression, false)
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true)
    else if (ts.isCallExpression(node) && isLoader(node.expression)) add(node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest))
  return found
}

function isLoader(called: ts.Expression): boolean {
  if (called.kind === ts.SyntaxKind.ImportKeyword) return true
  return ts.isIdentifier(called) && called.text === "require"
}

const packages = readdirSync(join(root, "packages"))
const sources = packages.flatMap((name) => sourcesBelow(`packages/${name}/src`))

function lawFor(file: string): Law {
  const [, name = "", , base = ""] = /^packages\/([^/]+)\/(src)\/(.*)$/.exec(file) ?? []
  const law = laws.get(`${name}: ${base}`) ?? laws.get(name)
  if (law === undefined) throw new Error(`docs/architecture.md: expected a row for package \`${name}\``)
  return law
}

/** Relative imports stay within `folder`, the importing file's package or infra. */
function staysWithin(folder: string, file: string, from: string): boolean {
  return posix.join(posix.dirname(file), from).startsWith(`${folder}/`)
}

function isLawful(file: string, from: string): boolean {
  const law = lawFor(file)
  if (from.startsWith(".")) return staysWithin(file.split("/").slice(0, 3).join("/"), file, from)
  if (from.startsWith("/")) return false
  const workspace = /^@claimgate\/([^/]+)/.exec(from)?.[1]
  if (workspace !== undefined) return law.workspace.has(workspace)
  return law.outside.some(
    (allowed) =>
      allowed === "*" ||
      (allowed.endsWith("*")
        ? from.startsWith(allowed.slice(0, -1))
        : from === allowed || from.startsWith(`${allowed}/`)),
  )
}

describe("the import table", () => {
  it("has a row for every package, and the sources were found", () => {
    expect(packages.filter((name) => !laws.has(name))).toEqual([])
    expect(sources.length).toBeGreaterThan(40)
  })

  it("is kept by every package", () => {
    const broken = sources.flatMap(({ file, imports }) =>
      imports.filter(({ from }) => !isLawful(file, from)).map(({ from }) => `${file} imports ${from}`),
    )
    expect(broken).toEqual([])
  })

  it("is kept by infra", () => {
    // infra/plan checks the rest of the folder and is no part of what is deployed.
    const deployed = sourcesBelow("infra").filter(({ file }) => !file.startsWith("infra/plan/"))
    const broken = deployed.flatMap(({ file, imports }) =>
      imports
        .filter(({ from }) =>
          from.startsWith(".") ? !staysWithin("infra", file, from) : !/^@claimgate\/catalog(\/|$)/.test(from),
        )
        .map(({ from }) => `${file} imports ${from}`),
    )
    expect(broken).toEqual([])
  })
})

describe("the import table cannot be walked around", () => {
  const core = "packages/core/src/a.ts"
  const trigger = "packages/trigger/src/deep/a.ts"
  const rows: readonly [file: string, code: string, lawful: boolean][] = [
    [core, 'import { a } from "./b.ts"', true],
    [trigger, 'export * from "../b.ts"', true],
    [trigger, 'import { createDynamoStore } from "@claimgate/store"', true],
    [trigger, 'await import("@claimgate/store")', true],
    [core, '// import "node:fs"\nexport const text = \'import "node:fs"\'', true],
    [core, 'import { a } from "../../store/src/keys.ts"', false],
    [core, 'import { a } from "./../../core-more/src/a.ts"', false],
    [core, 'import { a } from "../package.json"', false],
    [core, 'import { a } from "/absolute.ts"', false],
    [core, 'import "node:fs"', false],
    [core, "import fs from 'node:fs'", false],
    [core, 'import {\n  readFileSync,\n} from "node:fs"', false],
    [core, 'export { readFileSync } from "node:fs"', false],
    [core, 'import type { Stats } from "node:fs"', false],
    [core, 'let stats: import("node:fs").Stats', false],
    [core, 'const load = () => import( "node:fs" )', false],
    [core, "const load = () => import(`node:fs`)", false],
    [core, 'const name = "node:fs"\nawait import(name)', false],
    [core, 'const fs = require("node:fs")', false],
    [core, 'import fs = require("node:fs")', false],
    [core, 'import { a } from "@claimgate/store"', false],
    [trigger, 'await import("../../../store/src/keys.ts")', false],
    [trigger, 'import { a } from "@claimgate/store-more"', false],
  ]
  it.each(rows)("%s: %j: lawful: %s", (file, code, lawful) => {
    expect(importsOf(code).every(({ from }) => isLawful(file, from))).toBe(lawful)
  })
})

/** Ways to the environment; from `process`, only what is spelled `process.<name>` is anything else. */
const environment =
  /\bprocess\s*\??\.\s*env\b|\bprocess\s*(\?\.\s*)?\[|\bimport\.meta\s*(\.\s*env\b|\[)|\bglobal(This)?\s*(\??\.\s*process\b|(\?\.\s*)?\[)|=\s*process\b(?!\s*\??\.)|["'`](node:)?process["'`]|["'`]sst(\/[^"'`]*)?["'`]/

describe("the environment", () => {
  it.each([
    "process.env.A",
    "process?.env",
    'process["env"]',
    "process?.['env']",
    "process[`env`]",
    "import.meta.env.A",
    'import.meta["env"]',
    "globalThis.process.env",
    'globalThis["process"]',
    "global.process",
    "const { env } = process",
    "const p = process\n",
    'import { env } from "node:process"',
    "import process from 'process'",
    'import { Resource } from "sst"',
    'await import("sst")',
  ])("is noticed: %s", (code) => expect(code).toMatch(environment))

  it.each([
    "process.stdout",
    "import.meta.url",
    "processed.env",
    "const at = process.pid",
    "globalThis.fetch",
  ])("is not: %s", (code) => expect(code).not.toMatch(environment))
})

/** An import of local that is not `await import`. */
const staticLocal = /\bfrom\s*["'`]@claimgate\/local|\bimport\s*["'`]@claimgate\/local/

describe("besides the table", () => {
  const nowhere = (why: string, test: (source: Source) => boolean) => {
    expect({ [why]: sources.filter(test).map(({ file }) => file) }).toEqual({ [why]: [] })
  }

  it("only handlers read bindings and the environment", () => {
    const free = /\/handler\.ts$|^packages\/local\/|\/main\.ts$/
    nowhere("process.env", ({ file, text }) => !free.test(file) && environment.test(text))
  })

  it("aws-lambda is imported as types only", () => {
    nowhere("aws-lambda", ({ imports }) =>
      imports.some(({ from, typeOnly }) => from === "aws-lambda" && !typeOnly),
    )
  })

  it("nothing imports local but verify, when it runs, and local does not import sst", () => {
    const isLoaded = ({ file, text }: Source) =>
      file.startsWith("packages/verify/") && !staticLocal.test(text)
    nowhere(
      "local",
      (source) => !isLoaded(source) && source.imports.some(({ from }) => from.startsWith("@claimgate/local")),
    )
    nowhere(
      "sst",
      ({ file, imports }) =>
        file.startsWith("packages/local/") && imports.some(({ from }) => /^sst(\/|$)/.test(from)),
    )
  })

  it("the claims authorizer's bundle holds no store, no SDK and no zod", async () => {
    const { metafile } = await build({
      entryPoints: [join(root, "packages/authorizer/src/claims-http/handler.ts")],
      bundle: true,
      platform: "node",
      format: "esm",
      write: false,
      metafile: true,
      logLevel: "silent",
    })
    const inside = Object.keys(metafile.inputs).filter((file) =>
      /packages\/store\/|node_modules\/(electrodb|zod|@aws-sdk|@smithy)\//.test(file),
    )
    expect(inside).toEqual([])
  })
})
