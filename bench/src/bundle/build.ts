/** Builds functions as SST 3 does (pkg/runtime/node/build.go): one minified ESM file with everything inside, names kept. */
import { join } from "node:path"
import { build, type Plugin } from "esbuild"

export interface Source {
  readonly name: string
  /** The function's module, as text. */
  readonly code: string
  /** Folder that its imports are looked up from. */
  readonly folder: string
  /** What goes in instead of the sample API's compiled catalog, as module text. */
  readonly compiled?: string
}

export interface Bundle {
  readonly name: string
  readonly file: string
  readonly bytes: number
  /** Bytes in the bundle by the package that they come from, most first. */
  readonly packages: readonly (readonly [name: string, bytes: number])[]
}

/** What SST puts in front, so that CommonJS inside of the bundle finds what it expects. */
const banner = [
  "import { createRequire as topLevelCreateRequire } from 'module';",
  "const require = topLevelCreateRequire(import.meta.url);",
  'import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"',
  "const __filename = topLevelFileUrlToPath(import.meta.url)",
  'const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))',
  "",
].join("\n")

export async function createBundle({ name, code, folder, compiled }: Source, out: string): Promise<Bundle> {
  const file = join(out, `${name.replaceAll(/\W+/g, "-")}.mjs`)
  const { metafile } = await build({
    stdin: { contents: code, resolveDir: folder, loader: "ts" },
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true,
    metafile: true,
    banner: { js: banner },
    plugins: compiled === undefined ? [] : [withCatalog(compiled)],
    logLevel: "error",
  })
  const [output] = Object.values(metafile.outputs)
  if (output === undefined) throw new Error(`bundle ${name}: expected an output`)
  return { name, file, bytes: output.bytes, packages: byPackage(output.inputs) }
}

function withCatalog(compiled: string): Plugin {
  return {
    name: "with-catalog",
    setup: ({ onLoad }) =>
      onLoad({ filter: /\/catalog\/src\/compiled\.ts$/ }, () => ({ contents: compiled, loader: "ts" })),
  }
}

function byPackage(
  inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>,
): readonly (readonly [string, number])[] {
  const bytes = new Map<string, number>()
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = packageOf(path)
    bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput)
  }
  return [...bytes].filter(([, size]) => size > 0).sort(([, a], [, b]) => b - a)
}

function packageOf(path: string): string {
  if (path.endsWith("catalog/src/compiled.ts")) return "the compiled catalog"
  const published = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]
  const own = /packages\/([^/]+)/.exec(path)?.[1]
  return published ?? (own === undefined ? "the entry" : `@claimgate/${own}`)
}
