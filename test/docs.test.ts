/** Documents that can fail: every `ts` block runs, every relative link leads somewhere. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))
const documents = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...below("docs")]

function below(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join(folder, file))
}

const texts = documents.map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }))

describe("every `ts` block runs", () => {
  const blocks = texts.flatMap(({ file, text }) =>
    [...text.matchAll(/^( *)```ts\n([\s\S]*?)^ *```/gm)].map((match) => ({ file, code: match[2] ?? "" })),
  )
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
