/**
 * Processes of their own for what is timed: bundled first, because a loader that compiles on the fly also rewrites
 * what it loads, and the peers left outside, as they were published.
 */
import { spawn } from "node:child_process"
import { mkdir, readFile, rm } from "node:fs/promises"
import { basename, join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const root = fileURLToPath(new URL("..", import.meta.url))
/** Inside node_modules, so that what was left outside is found from here. */
const builds = join(root, "node_modules", ".cache")

/** Runs the worker in a new process, with the task as JSON on its standard input, and parses what it prints. */
export type RunWorker = (task: unknown) => Promise<unknown>

/** Builds a worker from its entry file, for as long as `use` takes. */
export async function withWorker<T>(entry: string, use: (run: RunWorker) => Promise<T>): Promise<T> {
  await mkdir(builds, { recursive: true })
  const file = join(builds, `${basename(entry, ".ts")}-${process.pid}.mjs`)
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "esnext",
    external: await published(),
    logLevel: "error",
  })
  try {
    return await use((task) => runProcess(file, task))
  } finally {
    await rm(file, { force: true })
  }
}

async function runProcess(file: string, task: unknown): Promise<unknown> {
  const child = spawn(process.execPath, [file], { stdio: ["pipe", "pipe", "inherit"] })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", resolve)
  })
  child.stdin.end(JSON.stringify(task))
  const [printed, status] = await Promise.all([text(child.stdout), ended])
  if (status !== 0) throw new Error(`${basename(file)}: the process ended with status ${status}`)
  return JSON.parse(printed)
}

/** The peers, and what the authorizer itself takes from npm. */
async function published(): Promise<string[]> {
  // Our own package.json, which npm has read before us.
  const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  return [...Object.keys(dependencies), "aws-jwt-verify"]
}
