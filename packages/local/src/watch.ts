/** Puts changed source files to work while the stack runs, as `sst dev` does with live Lambda. */
import { type FSWatcher, watch } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { type Catalog, newestRelease, type Routes } from "@claimgate/core"
import { bundleFunction } from "./lambda/bundle.ts"
import type { Stack } from "./stack.ts"

const settle = 80

/** What is put to work: the functions, the gateways' routes, the release. */
export type Watched = Pick<Stack, "functions" | "deployRoutes" | "store" | "whenStarted">

/**
 * Watches the functions' sources; `say` gets one line for each thing that was done. Returns the way to stop, which
 * resolves when nothing is under way any more, and says nothing from then on.
 */
export function watchSources(stack: Watched, say: (line: string) => void): () => Promise<void> {
  const watchers = new Map<string, FSWatcher>()
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let queue = Promise.resolve()
  const stop = new AbortController()
  const tell = (line: string) => {
    if (!stop.signal.aborted) say(line)
  }
  const notice = (file: string) => {
    changed.add(file)
    clearTimeout(timer)
    // An editor writes a file in several steps.
    timer = setTimeout(() => {
      const files = new Set(changed)
      changed.clear()
      queue = queue
        .then(() => reload(stack, files, tell, stop.signal))
        .then(follow)
        .catch((fault) => tell(`changes were not followed: ${firstLine(fault)}`))
    }, settle)
  }
  const follow = () => {
    if (stop.signal.aborted) return
    for (const file of stack.functions.flatMap((one) => one.sources())) {
      const folder = dirname(file)
      if (watchers.has(folder)) continue
      watchers.set(
        folder,
        watch(folder, (_, name) => name !== null && notice(join(folder, name))),
      )
    }
  }
  follow()
  // Its sources are known from then on.
  stack.whenStarted((name) => {
    tell(`started ${name}`)
    follow()
  })
  return async () => {
    stop.abort()
    clearTimeout(timer)
    for (const watcher of watchers.values()) watcher.close()
    await queue
  }
}

async function reload(
  stack: Watched,
  files: ReadonlySet<string>,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const touched = stack.functions.filter((one) => one.sources().some((source) => files.has(source)))
  for (const one of touched) {
    if (stop.aborted) return
    const started = performance.now()
    try {
      await one.reload()
      say(`reloaded ${one.name} in ${Math.round(performance.now() - started)} ms`)
    } catch (fault) {
      say(`kept the old ${one.name}: ${firstLine(fault)}`)
    }
  }
  if (!stop.aborted && [...files].some((file) => file.includes("/packages/catalog/")))
    await redeployRoutes(stack, say)
}

/** Like a deploy: gateway routes first, the release that tokens are minted for last. */
async function redeployRoutes(stack: Watched, say: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "claimgate-"))
  try {
    const entry = fileURLToPath(new URL("../../catalog/src/index.ts", import.meta.url))
    const { file } = await bundleFunction(entry, join(folder, "catalog.mjs"))
    // The bundle of the catalog package's own index.
    const { routes, catalog } = (await import(pathToFileURL(file).href)) as {
      routes: Routes
      catalog: Catalog
    }
    stack.deployRoutes(routes)
    const { fingerprint } = newestRelease(catalog)
    await stack.store.putRelease(fingerprint)
    say(
      `deployed ${Object.keys(routes).length} routes, release ${fingerprint}; after a change of routes run \`npm run catalog\``,
    )
  } catch (fault) {
    say(`kept the old routes: ${firstLine(fault)}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function firstLine(fault: unknown): string | undefined {
  return (fault instanceof Error ? fault.message : String(fault)).split("\n")[0]
}
