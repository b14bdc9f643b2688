/** The lock files of the repository, and what must hold for each: nothing is installed that it does not pin by its hash. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The repository's folder. */
export const root = fileURLToPath(new URL("..", import.meta.url))

/** One entry of a lock file's `packages`, as far as it is looked at. */
export interface LockEntry {
  readonly version?: string
  readonly license?: string
  /** An address, or a workspace's folder where `link` is set; npm may be told to leave it out. */
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly hasInstallScript?: boolean
}

export interface Lock {
  /** Relative to the repository: `bench/package-lock.json` */
  readonly file: string
  readonly lockfileVersion: number
  /** By folder: `node_modules/hono`, `packages/core`, or empty for the project itself. */
  readonly packages: Readonly<Record<string, LockEntry>>
}

/** Something of npm's that a lock file installs. */
export interface Installed extends LockEntry {
  readonly name: string
  readonly version: string
}

/** The folders with a package.json and a lock file of their own: the repository itself, then those below it by name. */
export function projects(): readonly string[] {
  const below = readdirSync(root, { withFileTypes: true }).filter((each) => each.isDirectory())
  const folders = ["", ...below.map(({ name }) => name).sort()]
  return folders.filter((folder) => existsSync(join(root, folder, "package-lock.json")))
}

/** Reads the lock file of a project. */
export function readLock(folder: string): Lock {
  const file = join(folder, "package-lock.json")
  // What npm writes; the test looks at whatever is read of it.
  return { ...(JSON.parse(readFileSync(join(root, file), "utf8")) as Omit<Lock, "file">), file }
}

/** All that a lock file installs from npm, once for each version, by name. */
export function installedBy({ packages }: Lock): readonly Installed[] {
  const found = new Map<string, Installed>()
  for (const [folder, entry] of Object.entries(packages)) {
    const name = nameIn(folder)
    if (name === undefined || entry.link) continue
    const { version = "" } = entry
    const known = found.get(`${name}@${version}`)
    // What is installed twice is for development only where both are.
    found.set(`${name}@${version}`, {
      ...entry,
      name,
      version,
      dev: entry.dev === true && known?.dev !== false,
    })
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version))
}

/** `node_modules/a/node_modules/@b/c` installs `@b/c`; a workspace's own folder installs nothing. */
function nameIn(folder: string): string | undefined {
  const at = folder.lastIndexOf("node_modules/")
  return at === -1 ? undefined : folder.slice(at + "node_modules/".length)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

const registry = "https://registry.npmjs.org/"

/** What is wrong with a lock file, a sentence each. */
export function complaintsAbout({ file, lockfileVersion, packages }: Lock): readonly string[] {
  const version = lockfileVersion === 3 ? [] : [`${file}: expected version 3, got ${lockfileVersion}`]
  const entries = Object.entries(packages).flatMap(([folder, entry]) =>
    complaintsAboutEntry(folder, entry).map((complaint) => `${file}: \`${folder}\`: ${complaint}`),
  )
  return [...version, ...entries]
}

function complaintsAboutEntry(folder: string, entry: LockEntry): readonly string[] {
  const { version = "", resolved, integrity = "", link } = entry
  if (nameIn(folder) === undefined)
    return /^(packages\/[a-z]+)?$/.test(folder) ? [] : ["expected a workspace of the repository"]
  if (link)
    return /^packages\/[a-z]+$/.test(resolved ?? "")
      ? []
      : [`expected a workspace, got a link to \`${resolved}\``]
  return [
    ...(isExact(version) ? [] : [`expected an exact version, got \`${version}\``]),
    ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity) ? [] : ["expected a sha512 integrity"]),
    ...(resolved === undefined || resolved.startsWith(registry)
      ? []
      : [`expected it to come from ${registry}, got \`${resolved}\``]),
  ]
}

/** Whether a version is one version and no range, tag, address or folder. */
export function isExact(version: string): boolean {
  return /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version)
}

const kinds = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "overrides"]

/** What is wrong with the dependencies that a package.json names; `file` is for the sentences. */
export function complaintsAboutManifest(
  file: string,
  manifest: Readonly<Record<string, unknown>>,
): readonly string[] {
  return kinds.flatMap((kind) =>
    Object.entries(manifest[kind] ?? {})
      .filter(([, version]) => typeof version !== "string" || !isExact(version))
      .map(
        ([name, version]) => `${file}: ${kind}: \`${name}\`: expected an exact version, got \`${version}\``,
      ),
  )
}
