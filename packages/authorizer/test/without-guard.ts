/** The feed's own code with one guard taken out, for tests that have to notice. */
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { build, type Plugin } from "esbuild"
import type { createFeed } from "../src/feed/feed.ts"

/** One place in a file of src/feed, and what stands there instead. */
export interface Removal {
  readonly file: string
  readonly guard: string
  readonly instead: string
}

/** Loads `createFeed` as it would be without the guard. Throws where the file holds no such text, or holds it twice. */
export async function withoutGuard(removal: Removal): Promise<typeof createFeed> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../src/feed/feed.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "silent",
    plugins: [removing(removal)],
  })
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64")
  const module: { createFeed: typeof createFeed } = await import(
    /* @vite-ignore */ `data:text/javascript;base64,${code}`
  )
  return module.createFeed
}

function removing({ file, guard, instead }: Removal): Plugin {
  return {
    name: "without-guard",
    setup({ onLoad, onEnd }) {
      let isRemoved = false
      onLoad({ filter: /\/src\/feed\/[a-z-]+\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, "utf8")
        if (!path.endsWith(`/${file}`)) return { contents: text, loader: "ts" }
        if (text.split(guard).length !== 2) throw new Error(`${file}: expected \`${guard}\` once`)
        isRemoved = true
        return { contents: text.replace(guard, () => instead), loader: "ts" }
      })
      onEnd(() => {
        if (!isRemoved) throw new Error(`${file}: expected to be part of the feed`)
      })
    },
  }
}
