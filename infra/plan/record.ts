/** Bundles sst.config.ts the way SST's command line does, and runs it in a process of its own. */
import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { build } from "esbuild"
import type { Plan } from "./plan.ts"
import type { Platform } from "./platform.ts"
import type { Recording } from "./recorder.ts"

/** One way to run the app. */
export interface Variant {
  readonly stage: string
  /** As `sst dev` does, with functions on the developer's machine. */
  readonly dev?: boolean
  /** What `.env` says. */
  readonly env?: Readonly<Record<string, string>>
}

/** The app in the form that the command line runs; one bundle serves all variants. */
export interface Bundle extends Platform {
  readonly file: string
}

/** What a file of the app says instead, to show that a mistake is found: file below the root, text, other text. */
export type Mistake = readonly [file: string, text: string, instead: string]

/** Bundles with esbuild and the options of SST's pkg/js/js.go. The file is to be deleted by whoever asks. */
export async function bundleApp(platform: Platform, mistakes: readonly Mistake[] = []): Promise<Bundle> {
  const { root, folder } = platform
  // Beside the components, so that their packages are found.
  const file = join(folder, `claimgate-plan-${randomUUID()}.mjs`)
  await build({
    stdin: { contents: program(platform), resolveDir: root, sourcefile: "eval.ts", loader: "ts" },
    bundle: true,
    outfile: file,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    nodePaths: [join(folder, "node_modules")],
    external: [
      ...["@pulumi/*", "@pulumiverse/*", "@sst-provider/*", "@aws-sdk/*"],
      ...["undici", "esbuild", "archiver", "glob", "vite"],
    ],
    inject: [join(folder, "src/shim/run.js")],
    banner: { js: banner },
    plugins: [
      {
        name: "InjectGlobals",
        setup({ onLoad }) {
          onLoad({ filter: /\.(js|ts|jsx|tsx)$/ }, ({ path }) => {
            const text = withMistakes(readFileSync(path, "utf8"), relative(root, path), mistakes)
            return {
              contents: path.includes(".sst") ? text : `${globals(folder)}\n${text}`,
              loader: "default",
            }
          })
        },
      },
    ],
    logLevel: "silent",
  })
  return { ...platform, file }
}

/** Runs one variant. Rejects with what the app said where it stops. */
export async function recordPlan(bundle: Bundle, variant: Variant): Promise<Plan> {
  const work = mkdtempSync(join(tmpdir(), "claimgate-plan-"))
  const out = join(work, "plan.json")
  mkdirSync(join(work, "artifacts"))
  const { root, repository, folder } = bundle
  const recording: Recording = {
    ...{ root, repository, platform: folder, work, out },
    stage: variant.stage,
    dev: variant.dev ?? false,
  }
  try {
    await run(bundle.file, { ...variant.env, CLAIMGATE_PLAN: JSON.stringify(recording) })
    return JSON.parse(
      readFileSync(out, "utf8").replaceAll(work, "<work>").replaceAll(folder, "<platform>"),
    ) as Plan
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** As in pkg/project/stack.go, and around it the recorder in place of engine and command line. */
function program({ repository, root, folder }: Platform): string {
  const here = JSON.stringify(join(repository, "infra/plan/recorder.ts"))
  return `
    import { runtime } from "@pulumi/pulumi"
    import { record } from ${here}
    import { run } from ${JSON.stringify(join(folder, "src/auto/run.ts"))}
    import mod from ${JSON.stringify(join(root, "sst.config.ts"))}
    await record(runtime, mod, run)
  `
}

const banner = `
import { createRequire as topLevelCreateRequire } from "module";
const require = topLevelCreateRequire(import.meta.url);
import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"
const __filename = topLevelFileUrlToPath(import.meta.url)
const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))
`

function globals(folder: string): string {
  return `import * as aws from "@pulumi/aws"; import * as sst from ${JSON.stringify(join(folder, "src/components"))};`
}

function withMistakes(text: string, file: string, mistakes: readonly Mistake[]): string {
  return mistakes
    .filter(([each]) => each === file)
    .reduce((before, [, from, to]) => {
      if (!before.includes(from)) throw new Error(`${file}: expected \`${from}\``)
      return before.replace(from, to)
    }, text)
}

async function run(file: string, env: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, ["--no-deprecation", file], {
    // Nothing of the shell's own environment: a variable that is set there must not change the plan.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, AWS_EC2_METADATA_DISABLED: "true", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let said = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk))
  const code = await new Promise((exited) => child.once("close", exited))
  if (code !== 0) throw new Error(said === "" ? `${relative(process.cwd(), file)}: exit code ${code}` : said)
}
