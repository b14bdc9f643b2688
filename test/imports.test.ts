/** Enforces the import table of docs/architecture.md. */
import { readdirSync, readFileSync } from "node:fs"
import { join, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("..", import.meta.url))

interface Law {
  readonly workspace: ReadonlySet<string>
  readonly outside: readonly string[]
}

const laws = new Map(
  readFileSync(join(root, "docs/architecture.md"), "utf8")
    .split("## Who may import whom")[1]
    ?.split("\n")
    .filter((line) => /^\| [a-z]/.test(line) && !line.startsWith("| package"))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, name = "", workspace = "", outside = ""]): [string, Law] => [
      name,
      { workspace: new Set(workspace.split(" ")), outside: outside.replaceAll("`", "").split(" ") },
    ]),
)

interface Source {
  /** From the repository's root, with `/`. */
  readonly file: string
  readonly text: string
  readonly imports: readonly { readonly from: string; readonly typeOnly: boolean }[]
}

function sourcesBelow(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|\.d\.ts$|node_modules|contract\.ts$/.test(file))
    .map((file) => join(folder, file).split(sep).join("/"))
    .map((file) => {
      const text = readFileSync(join(root, file), "utf8")
      const found = text.matchAll(
        /^(?:import|export)\s+(type\s)?[^"'`;]*?from\s+"([^"]+)"|import\("([^"]+)"\)|^import "([^"]+)"/gm,
      )
      const imports = [...found].map((match) => ({
        from: match[2] ?? match[3] ?? match[4] ?? "",
        typeOnly: match[1] !== undefined,
      }))
      return { file, text, imports }
    })
}

const packages = readdirSync(join(root, "packages"))
const sources = packages.flatMap((name) => sourcesBelow(`packages/${name}/src`))

function lawFor(file: string): Law {
  const [, name = "", , base = ""] = /^packages\/([^/]+)\/(src)\/(.*)$/.exec(file) ?? []
  const law = laws.get(`${name}: ${base}`) ?? laws.get(name)
  if (law === undefined) throw new Error(`docs/architecture.md: expected a row for package \`${name}\``)
  return law
}

function isLawful(law: Law, from: string): boolean {
  if (from.startsWith(".")) return true
  const workspace = /^@claimgate\/([^/]+)/.exec(from)?.[1]
  if (workspace !== undefined) return law.workspace.has(workspace)
  return law.outside.some(
    (allowed) =>
      allowed === "*" ||
      (allowed.endsWith("*")
        ? from.startsWith(allowed.slice(0, -1))
        : from === allowed || from.startsWith(`${allowed}/`)),
  )
}

describe("the import table", () => {
  it("has a row for every package, and the sources were found", () => {
    expect(packages.filter((name) => !laws.has(name))).toEqual([])
    expect(sources.length).toBeGreaterThan(40)
  })

  it("is kept by every package", () => {
    const broken = sources.flatMap(({ file, imports }) =>
      imports
        .filter(({ from }) => !isLawful(lawFor(file), from))
        .map(({ from }) => `${file} imports ${from}`),
    )
    expect(broken).toEqual([])
  })

  it("is kept by infra", () => {
    const broken = sourcesBelow("infra").flatMap(({ file, imports }) =>
      imports
        .filter(({ from }) => !/^\.\/|^@claimgate\/catalog(\/|$)/.test(from))
        .map(({ from }) => `${file} imports ${from}`),
    )
    expect(broken).toEqual([])
  })
})

describe("besides the table", () => {
  const nowhere = (why: string, test: (source: Source) => boolean) => {
    expect({ [why]: sources.filter(test).map(({ file }) => file) }).toEqual({ [why]: [] })
  }

  it("only handlers read bindings and the environment", () => {
    const free = /\/handler\.ts$|^packages\/(local|cli)\/|\/main\.ts$/
    nowhere("process.env", ({ file, text }) => !free.test(file) && /process\.env|from "sst/.test(text))
  })

  it("aws-lambda is imported as types only", () => {
    nowhere("aws-lambda", ({ imports }) =>
      imports.some(({ from, typeOnly }) => from === "aws-lambda" && !typeOnly),
    )
  })

  it("nothing imports local, and local does not import sst", () => {
    nowhere("local", ({ imports }) => imports.some(({ from }) => from.startsWith("@claimgate/local")))
    nowhere(
      "sst",
      ({ file, imports }) =>
        file.startsWith("packages/local/") && imports.some(({ from }) => /^sst(\/|$)/.test(from)),
    )
  })

  it("the authorizer's bundle holds no store, no SDK and no zod", async () => {
    const { metafile } = await build({
      entryPoints: [join(root, "packages/authorizer/src/handler.ts")],
      bundle: true,
      platform: "node",
      format: "esm",
      write: false,
      metafile: true,
      logLevel: "silent",
    })
    const inside = Object.keys(metafile.inputs).filter((file) =>
      /packages\/store\/|node_modules\/(electrodb|zod|@aws-sdk|@smithy)\//.test(file),
    )
    expect(inside).toEqual([])
  })
})
