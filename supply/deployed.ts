/** What of npm is in the functions that are deployed: read off their bundles, not off what a package.json says. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"
import { root } from "./lock.ts"

/** `name@version` of every package that a function's bundle has a file of. */
export async function deployedPackages(): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    entryPoints: handlers(),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    // Of SST's own bundler; none of ours asks for them.
    external: ["sharp", "pg-native"],
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "silent",
    absWorkingDir: root,
  })
  const folders = new Set(Object.keys(metafile.inputs).map(packageFolder))
  return new Set([...folders].filter((folder) => folder !== undefined).map(nameAndVersion))
}

function handlers(): string[] {
  return readdirSync(join(root, "packages"), { recursive: true, encoding: "utf8" })
    .filter((file) => /^[a-z]+\/src\/(.+\/)?handler\.ts$/.test(file))
    .map((file) => join("packages", file))
}

/** `node_modules/@a/b/dist/c.js` is of `node_modules/@a/b`; undefined for a file of ours. */
function packageFolder(input: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]
}

function nameAndVersion(folder: string): string {
  // Of a package that npm installed: both are there.
  const { name, version } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
    readonly name: string
    readonly version: string
  }
  return `${name}@${version}`
}
