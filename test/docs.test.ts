/** Documents that can fail: every `ts` block compiles and runs, every relative link leads somewhere. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import ts from "typescript"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...below("docs")]

function below(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file))
}

const texts = documents.map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }))

const blocks = texts.flatMap(({ file, text }) =>
  [...text.matchAll(/^( *)```ts\n([\s\S]*?)^ *```/gm)].map((match) => ({ file, code: match[2] ?? "" })),
)

describe("every `ts` block runs", () => {
  it.each(blocks)("$file: $code", async ({ code }) => {
    const { outputFiles } = await build({
      stdin: { contents: code, resolveDir: root, loader: "ts" },
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      logLevel: "silent",
    })
    const bundle = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64")
    await expect(import(/* @vite-ignore */ `data:text/javascript;base64,${bundle}`)).resolves.toBeDefined()
  })
})

/** What the compiler, as strict as for the sources, has against each text; the texts exist in memory alone. */
function complaintsAbout(codes: readonly string[]): string[][] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root)
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  const inMemory = new Map(codes.map((code, index) => [`${root}block-${index}.ts`, code]))
  host.fileExists = (file) => inMemory.has(file) || fileExists(file)
  host.readFile = (file) => inMemory.get(file) ?? readFile(file)
  host.getSourceFile = (file, target, ...rest) => {
    const code = inMemory.get(file)
    return code === undefined
      ? getSourceFile(file, target, ...rest)
      : ts.createSourceFile(file, code, target, true)
  }
  const program = ts.createProgram([...inMemory.keys()], options, host)
  return [...inMemory.keys()].map((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  )
}

describe("every `ts` block compiles", () => {
  const wrong: readonly [code: string, complaint: RegExp][] = [
    ['export const number: number = "text"', /not assignable to type 'number'/],
    ["export const first: string = [''][0]", /'string \| undefined' is not assignable/],
    ['import { none } from "@claimgate/core"\nnone()', /no exported member 'none'/],
    ['import "@claimgate/nowhere"\nimport { x } from "@claimgate/nowhere"\nx()', /Cannot find module/],
    [
      'import { defineRoutes } from "@claimgate/core"\nexport const routes = defineRoutes({ a: "FETCH /a" })',
      /FETCH/,
    ],
  ]

  it("as strictly as the sources; what is wrong is noticed", () => {
    const complaints = complaintsAbout([...blocks.map(({ code }) => code), ...wrong.map(([code]) => code)])
    expect(blocks.map(({ file }, index) => ({ file, complaints: complaints[index] }))).toEqual(
      blocks.map(({ file }) => ({ file, complaints: [] })),
    )
    for (const [index, [, complaint]] of wrong.entries())
      expect(complaints[blocks.length + index]?.join("\n")).toMatch(complaint)
  })
})

describe("every relative link leads somewhere", () => {
  const links = texts.flatMap(({ file, text }) =>
    [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map((match) => ({ file, link: match[1] ?? "" })),
  )
  it.each(links)("$file → $link", ({ file, link }) => {
    expect(existsSync(join(root, dirname(file), link))).toBe(true)
  })
})

describe("the project speaks of itself alone", () => {
  it.each(texts)("$file names no machine's paths", ({ text }) => {
    expect(text).not.toMatch(/\/(tmp|home|root|work)\/[A-Za-z0-9_.-]+/)
  })
})
