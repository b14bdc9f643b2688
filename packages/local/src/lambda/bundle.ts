/** A function's code as SST bundles it: one ESM file by esbuild, the workspace's packages and `sst` inside. */
import { basename, dirname } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { type BuildFailure, type BuildOptions, build, type Plugin } from "esbuild"

export interface Bundle {
  /** The file that was written. */
  readonly file: string
  /** Absolute paths of the workspace's own source files in it. */
  readonly sources: readonly string[]
}

/**
 * Bundles one entry file into `outfile`, an `.mjs`, and what it imports dynamically into files beside it. Packages from npm stay where they are, to save start-up time; `sst` goes in,
 * because it reads a function's bindings when it is loaded, and every function has its own.
 */
export async function bundleFunction(entry: string, outfile: string): Promise<Bundle> {
  const { metafile } = await buildOrExplain({
    entryPoints: [{ in: entry, out: basename(outfile, ".mjs") }],
    outdir: dirname(outfile),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // What a function imports when it is needed is loaded then, and not with all the rest.
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    metafile: true,
    logLevel: "silent",
    absWorkingDir: import.meta.dirname,
    plugins: [packagesStayOutside],
  })
  const inputs = Object.keys(metafile.inputs).map(
    (input) => new URL(input, pathToFileURL(`${import.meta.dirname}/`)),
  )
  return {
    file: outfile,
    sources: inputs.map((url) => url.pathname).filter((path) => !path.includes("/node_modules/")),
  }
}

let runtime: Promise<string> | undefined

/** The code of `runtime.ts` for a thread, bundled once. */
export function bundleRuntime(): Promise<string> {
  runtime ??= build({
    entryPoints: [fileURLToPath(new URL("./runtime.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    write: false,
    logLevel: "silent",
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? "")
  return runtime
}

/** esbuild's first error in one line: file, line, what. */
async function buildOrExplain(options: BuildOptions & { metafile: true }) {
  try {
    return await build(options)
  } catch (cause) {
    // A failed build carries its errors; anything else that is thrown here does not.
    const [first] = (cause as Partial<BuildFailure>).errors ?? []
    if (first === undefined) throw cause
    const place =
      first.location === null
        ? ""
        : `${first.location.file.replace(/^(\.\.\/)+/, "")}:${first.location.line}: `
    throw new Error(`${place}${first.text}`, { cause })
  }
}

const inside = /^(@claimgate\/|sst$|sst\/)/

const packagesStayOutside: Plugin = {
  name: "packages-stay-outside",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (
        pluginData === "resolving" ||
        kind === "entry-point" ||
        inside.test(path) ||
        path.startsWith("node:")
      )
        return undefined
      if (resolveDir.includes("/node_modules/sst/")) return undefined
      const resolved = await esbuild.resolve(path, { kind, resolveDir, pluginData: "resolving" })
      if (resolved.errors.length > 0 || resolved.external) return resolved
      // By its full address, because the bundle lies where no package can be looked up from.
      return { path: pathToFileURL(resolved.path).href, external: true }
    })
  },
}
