/** The software bill of materials: npm's own, from the lock file alone, with what npm leaves open filled in. */
import { spawnSync } from "node:child_process"
import { found } from "./licences.ts"
import { root } from "./lock.ts"

/** A CycloneDX component, as far as it is looked at. */
export interface Component {
  readonly "bom-ref": string
  readonly type: string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly licenses?: readonly object[]
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[]
}

/** A CycloneDX document in JSON, as far as it is looked at. */
export interface Sbom {
  readonly bomFormat: string
  readonly specVersion: string
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

/** Makes it; `flags` are npm's: `--omit dev` leaves out what is for development. Asks no registry. */
export function createSbom(flags: readonly string[] = []): Sbom {
  const fixed = [
    "--package-lock-only",
    "--sbom-format",
    "cyclonedx",
    "--sbom-type",
    "application",
    "--offline",
  ]
  const { status, stdout, stderr } = spawnSync("npm", ["sbom", ...fixed, ...flags], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) throw new Error(`npm sbom: expected a document: ${reasonIn(stderr)}`)
  // npm writes this shape; supply-chain.test.ts holds it against what is looked at.
  return completed(JSON.parse(stdout) as Sbom)
}

/** npm says which package is missing or unlike its lock file, and then where its own log is. */
function reasonIn(stderr: string): string {
  const errors = stderr.split("\n").filter((line) => /^npm error (?!A complete log)/.test(line))
  return errors.map((line) => line.slice("npm error ".length)).join(", ")
}

/** npm names what stands in a folder of the repository for that folder, which is nobody's business: here by its own name. */
function completed(sbom: Sbom): Sbom {
  return {
    ...sbom,
    metadata: { ...sbom.metadata, component: named(sbom.metadata.component) },
    components: sbom.components.map((component) => withLicence(named(component))),
  }
}

/** Its reference is `name@version`. */
function named(component: Component): Component {
  const reference = component["bom-ref"]
  return { ...component, name: reference.slice(0, reference.lastIndexOf("@")) }
}

function withLicence(component: Component): Component {
  const licence = found[component["bom-ref"]]?.licence
  if (licence === undefined || (component.licenses ?? []).length > 0) return component
  return { ...component, licenses: [{ license: { id: licence } }] }
}
