/** `npx tsx supply/main.ts licences` writes docs/licences.md; `… sbom` prints a CycloneDX document, with npm's flags. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./lock.ts"
import { parts, render } from "./report.ts"
import { createSbom } from "./sbom.ts"

const [command, ...flags] = process.argv.slice(2)

if (command === "licences" && flags.length === 0)
  writeFileSync(join(root, "docs/licences.md"), render(await parts()))
else if (command === "sbom") process.stdout.write(`${JSON.stringify(createSbom(flags), null, 2)}\n`)
else {
  process.stderr.write("usage: tsx supply/main.ts licences | sbom [--omit dev]\n")
  process.exitCode = 2
}
