// Bundles the command line into a folder: main.mjs, one chunk for each part that is loaded when needed, and the list
// of all source files that went in.
import { readdir, rm, writeFile } from "node:fs/promises"
import { join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import esbuild from "esbuild"

export async function build(folder) {
  const { metafile } = await esbuild.build({
    entryPoints: { main: fileURLToPath(new URL("../src/main.ts", import.meta.url)) },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    platform: "node",
    format: "esm",
    target: "node20",
    mainFields: ["module", "main"],
    metafile: true,
    logLevel: "error",
    // Packages that are CommonJS still call it for Node's own modules.
    banner: {
      js: 'import { createRequire as createRequireOf } from "node:module"; const require = createRequireOf(import.meta.url);',
    },
  })
  await removeOld(folder, Object.keys(metafile.outputs))
  const sources = Object.keys(metafile.inputs).filter((file) => !file.includes("node_modules"))
  await writeFile(join(folder, "inputs.json"), JSON.stringify(sources.map((file) => relative(folder, file))))
}

/** Chunks are named for their content: those of older sources would pile up. */
async function removeOld(folder, outputs) {
  const current = new Set(outputs.map((file) => resolve(file)))
  const files = (await readdir(folder))
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => resolve(folder, file))
  await Promise.all(files.filter((file) => !current.has(file)).map((file) => rm(file, { force: true })))
}
