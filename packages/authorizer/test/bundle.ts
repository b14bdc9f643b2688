/** The deployed authorizers, bundled with the options that SST 3 uses. */
import { fileURLToPath } from "node:url"
import { type BuildOptions, build } from "esbuild"

/** A folder of `src/` with a handler in it. */
export type HandlerName = "hybrid" | "claims-http" | "claims-rest" | "cached"
export const handlerNames: readonly HandlerName[] = ["hybrid", "claims-http", "claims-rest", "cached"]

export interface Bundled {
  readonly code: Uint8Array
  /** Every file that was read for it. */
  readonly inputs: readonly string[]
}

export async function bundle(name: HandlerName, options: BuildOptions = {}): Promise<Bundled> {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../src/${name}/handler.ts`, import.meta.url))],
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    logLevel: "silent",
    ...options,
    metafile: true,
    write: false,
  })
  const [file] = outputFiles
  if (file === undefined) throw new Error(`bundle of \`${name}\`: expected one file`)
  return { code: file.contents, inputs: Object.keys(metafile.inputs) }
}
