/** SST's platform: the components that an app is made of, and their packages, installed by SST itself. */
import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export interface Platform {
  /** Which SST this is. */
  readonly version: string
  /** The repository. */
  readonly repository: string
  /** The folder that holds sst.config.ts and infra/: the repository, or a copy. */
  readonly root: string
  /** SST's components, below `root`. */
  readonly folder: string
}

const repository = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "")

/** The SST that the app is not written for, but must work with as it is. */
const next = "4.17.1"

/** Installs the platform of SST 3, which package.json names, or of SST 4, where it is not there yet: about a minute. */
export function installPlatform(major: "3" | "4"): Platform {
  return major === "3" ? installOwn() : installNext()
}

function installOwn(): Platform {
  const version = field(join(repository, "node_modules/sst/package.json"), "version")
  const platform = platformIn(repository, version)
  if (!isInstalled(platform)) installIn(repository)
  return platform
}

/** In a folder of its own, with its own SST and a copy of the app that names that SST's provider. */
function installNext(): Platform {
  const root = join(repository, ".claimgate/sst-4")
  const platform = platformIn(root, next)
  mkdirSync(root, { recursive: true })
  if (!isInstalled(platform)) {
    writeFileSync(join(root, "package.json"), JSON.stringify({ private: true, dependencies: { sst: next } }))
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: root,
      stdio: loud,
    })
    writeFileSync(join(root, "sst.config.ts"), withoutProvider)
    installIn(root)
  }
  copyApp(root, field(join(platform.folder, "node_modules/@pulumi/aws/package.json"), "version"))
  return platform
}

/** An app that leaves the choice of the provider's version to its SST. */
const withoutProvider = `
export default $config({
  app: () => ({ name: "claimgate", home: "aws" }),
  run: async () => {},
})
`

/** What an upgrade has to change is this pin, and nothing else. */
function copyApp(root: string, provider: string): void {
  const config = readFileSync(join(repository, "sst.config.ts"), "utf8")
  const pinned = config.replace(/aws: \{ version: "[\d.]+" \}/, `aws: { version: "${provider}" }`)
  if (pinned === config) throw new Error("sst.config.ts: expected a pinned version of the AWS provider")
  writeFileSync(join(root, "sst.config.ts"), pinned)
  rmSync(join(root, "infra"), { recursive: true, force: true })
  cpSync(join(repository, "infra"), join(root, "infra"), {
    recursive: true,
    filter: (source) => source !== join(repository, "infra/plan"),
  })
}

function platformIn(root: string, version: string): Platform {
  return { version, repository, root, folder: join(root, ".sst/platform") }
}

/** Without packages the folder is what an interrupted installation left. */
function isInstalled({ folder, version }: Platform): boolean {
  const stamp = join(folder, "version")
  return (
    existsSync(stamp) &&
    readFileSync(stamp, "utf8").trim() === version &&
    existsSync(join(folder, "node_modules/@pulumi/aws/package.json"))
  )
}

/** Errors and progress are shown: this takes a while. */
const loud: ["ignore", "inherit", "inherit"] = ["ignore", "inherit", "inherit"]

function installIn(root: string): void {
  const options = { SST_SKIP_DEPENDENCY_CHECK: "1", SST_NO_BUN: "1", SST_TELEMETRY_DISABLED: "1" }
  execFileSync("npx", ["sst", "install", "--stage", "ci"], {
    cwd: root,
    env: { ...process.env, ...options, AWS_EC2_METADATA_DISABLED: "true" },
    stdio: loud,
  })
}

function field(file: string, name: string): string {
  const content = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, unknown>>
  return String(content[name])
}
