/** What is installed: pinned by its hash, without scripts, under known licences, and listed. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { complaintsAboutLicences, deployable, found, isAllowed, usable } from "../supply/licences.ts"
import {
  complaintsAbout,
  complaintsAboutManifest,
  installedBy,
  type Lock,
  type LockEntry,
  projects,
  readLock,
  root,
} from "../supply/lock.ts"
import { parts, render } from "../supply/report.ts"
import { createSbom, type Sbom } from "../supply/sbom.ts"

const locks = projects().map(readLock)
const security = readFileSync(join(root, "docs/security.md"), "utf8")

/** A sha512 that nothing has. */
const integrity = `sha512-${"A".repeat(86)}==`
const lockOf = (folder: string, entry: LockEntry, lockfileVersion = 3): Lock => ({
  file: "package-lock.json",
  lockfileVersion,
  packages: { [folder]: entry },
})

describe("lock files", () => {
  it("are the app's and that of each project beside it", () => {
    expect(projects().slice(0, 2)).toEqual(["", "bench"])
  })

  it.each(locks)("$file pins everything by version and hash, and knows of no other registry", (lock) => {
    expect(complaintsAbout(lock)).toEqual([])
    expect(installedBy(lock).length).toBeGreaterThan(30)
  })

  const good: LockEntry = { version: "1.0.0", integrity }
  const wrong: readonly [what: string, lock: Lock, complaint: string][] = [
    ["an older form", lockOf("node_modules/a", good, 2), "expected version 3, got 2"],
    ["no hash", lockOf("node_modules/a", { version: "1.0.0" }), "expected a sha512 integrity"],
    [
      "a weak hash",
      lockOf("node_modules/a", { ...good, integrity: "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }),
      "expected a sha512 integrity",
    ],
    [
      "another registry",
      lockOf("node_modules/a", { ...good, resolved: "https://npm.example.com/a/-/a-1.0.0.tgz" }),
      "expected it to come from https://registry.npmjs.org/, got `https://npm.example.com/a/-/a-1.0.0.tgz`",
    ],
    [
      "a name that only looks like the registry's",
      lockOf("node_modules/a", { ...good, resolved: "https://registry.npmjs.org.example.com/a-1.0.0.tgz" }),
      "expected it to come from https://registry.npmjs.org/",
    ],
    [
      "plain HTTP",
      lockOf("node_modules/a", { ...good, resolved: "http://registry.npmjs.org/a/-/a-1.0.0.tgz" }),
      "expected it to come from https://registry.npmjs.org/",
    ],
    [
      "a repository",
      lockOf("node_modules/a", { ...good, resolved: "git+ssh://git@github.com/a/a.git#0123" }),
      "expected it to come from https://registry.npmjs.org/",
    ],
    [
      "a link out of the repository",
      lockOf("node_modules/a", { link: true, resolved: "../a" }),
      "expected a workspace, got a link to `../a`",
    ],
    ["a folder outside", lockOf("../a", { version: "1.0.0" }), "expected a workspace of the repository"],
    [
      "below another package, too",
      lockOf("node_modules/b/node_modules/a", { version: "^1.0.0", integrity }),
      "expected an exact version, got `^1.0.0`",
    ],
  ]
  it.each(wrong)("%s is noticed", (_, lock, complaint) => {
    expect(complaintsAbout(lock).join("\n")).toContain(complaint)
  })

  it("nothing of the repository's tells npm of another registry", () => {
    const folders = [
      "",
      ...readdirSync(join(root, "packages")).map((name) => join("packages", name)),
      "bench",
    ]
    const settings = folders.filter((folder) => readdirSync(join(root, folder)).includes(".npmrc"))
    expect(settings).toEqual([])
  })
})

describe("each package.json", () => {
  const workspaces = readdirSync(join(root, "packages")).map((name) => join("packages", name))
  const files = [...projects(), ...workspaces].map((folder) => join(folder, "package.json"))

  it.each(files)("%s names exact versions", (file) => {
    // An object, as npm demands.
    const manifest = JSON.parse(readFileSync(join(root, file), "utf8")) as Record<string, unknown>
    expect(complaintsAboutManifest(file, manifest)).toEqual([])
  })

  it.each([
    "^1.0.0",
    "~1.0.0",
    "1",
    "1.x",
    "*",
    "latest",
    ">=1.0.0",
    "file:../a",
    "github:a/b",
    "npm:b@1.0.0",
    "",
  ])("that has `%s` is noticed, whatever for", (version) => {
    for (const kind of ["dependencies", "devDependencies", "optionalDependencies", "overrides"])
      expect(complaintsAboutManifest("package.json", { [kind]: { a: version } })).toEqual([
        `package.json: ${kind}: \`a\`: expected an exact version, got \`${version}\``,
      ])
  })
})

describe("install scripts", () => {
  it("are those that docs/security.md says may stay off, and no others", () => {
    const rows = [...security.matchAll(/^\| `([^`]+)` \| (?:[^|]+) \| (?:[^|]+) \|$/gm)].map((row) => row[1])
    const scripted = locks.flatMap(installedBy).filter((each) => each.hasInstallScript)
    expect(rows).toEqual(scripted.map(({ name, version }) => `${name}@${version}`))
  })
})

describe("licences", () => {
  let all: Awaited<ReturnType<typeof parts>> = []
  beforeAll(async () => {
    all = await parts()
  })

  it("are known, and will do where the package is used", () => {
    for (const { installed, allowed } of all) expect(complaintsAboutLicences(installed, allowed)).toEqual([])
  })

  it("stand in docs/licences.md as they are now; `npx tsx supply/main.ts licences` writes it", () => {
    expect(readFileSync(join(root, "docs/licences.md"), "utf8")).toBe(render(all))
  })

  it("of what is deployed are read off the bundles: these are in there, and these are not", () => {
    const deployed = all[0]?.installed.map(({ name }) => name) ?? []
    expect(deployed).toEqual(
      expect.arrayContaining(["aws-jwt-verify", "electrodb", "hono", "ioredis", "zod"]),
    )
    for (const name of ["dynalite", "aws-sdk", "esbuild", "vitest", "commander"])
      expect(deployed).not.toContain(name)
  })

  it("that were looked up are still of versions that are installed and state none", () => {
    const silent = locks.flatMap(installedBy).filter(({ license }) => license === undefined)
    expect(silent.map(({ name, version }) => `${name}@${version}`)).toEqual(Object.keys(found))
  })

  const rows: readonly [expression: string, deployed: boolean, used: boolean][] = [
    ["MIT", true, true],
    ["(MIT OR GPL-3.0-only)", true, true],
    ["MIT OR Apache-2.0", true, true],
    ["(MIT AND Zlib)", false, true],
    ["MPL-2.0", false, true],
    ["MIT AND GPL-3.0-only", false, false],
    ["(MIT AND GPL-3.0-only) OR AGPL-3.0-only", false, false],
    ["Apache-2.0 WITH LLVM-exception", false, false],
    ["GPL-3.0-only", false, false],
    ["SEE LICENSE IN LICENSE", false, false],
    ["UNLICENSED", false, false],
    ["mit", false, false],
    ["", false, false],
  ]
  it.each(rows)("`%s` may be deployed: %s, used: %s", (expression, deployed, used) => {
    expect([isAllowed(expression, deployable), isAllowed(expression, usable)]).toEqual([deployed, used])
  })

  it("an unknown one is noticed", () => {
    expect(complaintsAboutLicences([{ name: "a", version: "1.0.0" }], usable)).toEqual([
      expect.stringContaining("a@1.0.0: licence `unknown`: expected one of"),
    ])
  })
})

describe("the software bill of materials", () => {
  let sbom: Sbom
  beforeAll(() => {
    sbom = createSbom()
  })

  it("is CycloneDX 1.5 about claimgate", () => {
    expect(sbom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.5" })
    expect(sbom.metadata.component).toMatchObject({
      ...{ type: "application", name: "claimgate", version: "0.1.0", purl: "pkg:npm/claimgate@0.1.0" },
      licenses: [{ license: { id: "MIT" } }],
    })
  })

  it("has everything that the lock file installs, and the workspaces", () => {
    const listed = sbom.components.map((component) => component["bom-ref"])
    const [lock] = locks
    const installed =
      lock === undefined ? [] : installedBy(lock).map(({ name, version }) => `${name}@${version}`)
    expect(listed.filter((ref) => !ref.startsWith("@claimgate/")).sort()).toEqual(installed.sort())
    expect(listed.filter((ref) => ref.startsWith("@claimgate/"))).toHaveLength(
      readdirSync(join(root, "packages")).length,
    )
  })

  it("says of each component where it is from, its licence and its hash", () => {
    for (const { name, version, purl, licenses = [], hashes = [] } of sbom.components) {
      expect(purl).toBe(`pkg:npm/${name.replace("@", "%40")}@${version}`)
      expect([name, licenses.length]).toEqual([name, 1])
      const isOurs = name.startsWith("@claimgate/")
      expect([name, hashes.map(({ alg }) => alg)]).toEqual([name, isOurs ? [] : ["SHA-512"]])
      for (const { content } of hashes) expect(content).toMatch(/^[0-9a-f]{128}$/)
    }
  })

  it("has a component for every dependency that it names", () => {
    const known = new Set(
      [sbom.metadata.component, ...sbom.components].map((component) => component["bom-ref"]),
    )
    for (const { ref, dependsOn } of sbom.dependencies)
      expect([ref, [ref, ...dependsOn].filter((each) => !known.has(each))]).toEqual([ref, []])
  })

  it("names no folder of the machine that it was made on", () => {
    expect(JSON.stringify(sbom)).not.toContain(root.replace(/\/$/, ""))
    expect(JSON.stringify(sbom)).not.toMatch(/"file:|\/(home|root|tmp|Users)\//)
  })

  it("is shorter without what is for development", () => {
    const shorter = createSbom(["--omit", "dev"]).components
    expect(shorter.length).toBeLessThan(sbom.components.length)
    expect(shorter.map(({ name }) => name)).not.toContain("vitest")
    expect(shorter.map(({ name }) => name)).toContain("hono")
  })
})
