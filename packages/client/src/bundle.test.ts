/** What a front end loads: browser code alone, core's errors and no more without `can`. */
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { describe, expect, it } from "vitest"

const client = "./src/index.ts"

async function bundle(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL("..", import.meta.url)), loader: "ts" },
    bundle: true,
    minify: true,
    platform: "browser",
    format: "esm",
    target: ["chrome109", "firefox115", "safari16.4"],
    write: false,
    metafile: true,
    logLevel: "silent",
  })
  const [output] = Object.values(metafile.outputs)
  const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return {
    bytes: outputFiles[0]!.contents.length,
    packages: new Set(inputs.map(([file]) => /packages\/(\w+)\/|^src\//.exec(file)?.[1] ?? "client")),
  }
}

describe("a bundle for browsers", () => {
  it("of the client alone stays within 6.5 KB, and takes nothing of core but its errors", async () => {
    const { bytes, packages } = await bundle(`export { createClient } from "${client}"`)
    expect(packages).toEqual(new Set(["client", "core"]))
    expect(bytes).toBeLessThanOrEqual(6.5 * 1024)
  })

  it("of client and `can` stays within 15 KB and 62 bytes per route", async () => {
    const { catalog } = await import("@claimgate/catalog")
    const { bytes, packages } = await bundle(
      `export { createClient, createCan } from "${client}"
       export { catalog } from "@claimgate/catalog"`,
    )
    expect(packages).toEqual(new Set(["client", "core", "catalog"]))
    expect(bytes).toBeLessThanOrEqual(15 * 1024 + 62 * catalog.routes.length)
  })

  it("cannot be made of anything that Node.js alone has", async () => {
    await expect(bundle('import "node:fs"')).rejects.toThrow('Could not resolve "node:fs"')
  })
})
