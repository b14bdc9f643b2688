/** A function as SST puts it into Lambda: its bundle, its bindings in an encrypted file, its variables, and nothing else. */
import { spawn } from "node:child_process"
import { createCipheriv } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { build } from "esbuild"
import { type Plan, type PlannedFunction, resource } from "./plan.ts"

export interface Deployed {
  /** Where Lambda would unpack it. */
  readonly folder: string
  /** Of the bundle. */
  readonly bytes: number
  readonly environment: Readonly<Record<string, string>>
}

/** Bundles with the options of SST's pkg/runtime/node/build.go, below `folder`. */
export async function deploy(
  plan: Plan,
  { name, handler, links }: PlannedFunction,
  folder: string,
  repository: string,
): Promise<Deployed> {
  const { variables } = resource(plan, "aws:lambda/function:Function", `${name}Function`).inputs
    .environment as {
    variables: Record<string, string>
  }
  const out = join(folder, name)
  mkdirSync(out, { recursive: true })
  const { outputFiles } = await build({
    entryPoints: [join(repository, `${handler.replace(/\.\w+$/, "")}.ts`)],
    outfile: join(out, "bundle.mjs"),
    bundle: true,
    minify: true,
    keepNames: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    external: ["sharp", "pg-native"],
    banner: { js: banner },
    write: false,
    logLevel: "silent",
  })
  const [bundle] = outputFiles
  if (bundle === undefined) throw new Error(`function \`${name}\`: expected a bundle`)
  writeFileSync(bundle.path, bundle.contents)
  writeFileSync(join(out, variables.SST_KEY_FILE ?? ""), encrypt(links, variables.SST_KEY ?? ""))
  return { folder: out, bytes: bundle.contents.length, environment: variables }
}

const banner = [
  `import { createRequire as topLevelCreateRequire } from 'module';`,
  "const require = topLevelCreateRequire(import.meta.url);",
  `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"`,
  "const __filename = topLevelFileUrlToPath(import.meta.url)",
  `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))`,
].join("\n")

/** As the command line writes what a function is linked to, and `Resource` reads it. */
function encrypt(links: PlannedFunction["links"], key: string): Buffer {
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key, "base64"), Buffer.alloc(12))
  return Buffer.concat([cipher.update(JSON.stringify(links)), cipher.final(), cipher.getAuthTag()])
}

/** What a call came to: the answer, or the error's message as the gateway or Cognito would get it. */
export type Outcome = { readonly answer: unknown } | { readonly error: string }

/** Calls it once in a process of its own, which has nothing in its environment but what Lambda would set. */
export async function invoke(
  { folder, environment }: Deployed,
  event: object,
  aws: Record<string, string>,
): Promise<Outcome> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", caller], {
    cwd: folder,
    env: { ...environment, ...aws },
    stdio: ["pipe", "pipe", "pipe"],
  })
  let said = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk))
  child.stdin.end(JSON.stringify(event))
  await new Promise((exited) => child.once("close", exited))
  const outcome = said.split("\n").find((line) => line.startsWith(marker))
  if (outcome === undefined) throw new Error(`expected an outcome, got ${said}`)
  return JSON.parse(outcome.slice(marker.length)) as Outcome
}

/** The lines that it writes when it is called with one event after the other, in one such process. */
export async function linesOf(
  { folder, environment }: Deployed,
  events: readonly unknown[],
  aws: Record<string, string>,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", listener], {
    cwd: folder,
    env: { ...environment, ...aws },
    stdio: ["pipe", "pipe", "pipe"],
  })
  let said = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk))
  child.stdin.end(JSON.stringify(events))
  const code = await new Promise((exited) => child.once("close", exited))
  if (code !== 0) throw new Error(`expected lines, got ${said}`)
  return said.split(/(?<=\n)/)
}

const listener = `
import { readFileSync } from "node:fs"
const events = JSON.parse(readFileSync(0, "utf8"))
const { handler } = await import(process.cwd() + "/bundle.mjs")
for (const event of events)
  await handler(event, { awsRequestId: "00000000-0000-4000-8000-000000000000" }).catch(() => undefined)
process.stdout.write("", () => process.exit())
`

const marker = "outcome "

const caller = `
import { readFileSync } from "node:fs"
const event = JSON.parse(readFileSync(0, "utf8"))
const { handler } = await import(process.cwd() + "/bundle.mjs")
const outcome = await handler(event, { awsRequestId: "00000000-0000-4000-8000-000000000000" }).then(
  (answer) => ({ answer }),
  (error) => ({ error: error.message }),
)
process.stdout.write("\\n${marker}" + JSON.stringify(outcome) + "\\n", () => process.exit())
`
