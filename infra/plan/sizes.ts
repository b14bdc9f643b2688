/** Prints what each function weighs as SST bundles it: a table in Markdown. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { deploy } from "./deployed.ts"
import { installPlatform } from "./platform.ts"
import { bundleApp, recordPlan } from "./record.ts"
import { variants } from "./variants.ts"

const folder = mkdtempSync(join(tmpdir(), "claimgate-sizes-"))
const bundle = await bundleApp(installPlatform("3"))
const weighed = new Set<string>()

process.stdout.write("| function | entry | minified | compressed |\n| --- | --- | ---: | ---: |\n")
try {
  for (const variant of Object.values(variants)) {
    const plan = await recordPlan(bundle, variant)
    for (const each of plan.functions.filter(({ handler, live }) => !live && !weighed.has(handler))) {
      weighed.add(each.handler)
      const { folder: own } = await deploy(plan, each, folder, bundle.repository)
      const code = readFileSync(join(own, "bundle.mjs"))
      const entry = each.handler.replace(/\.handler$/, ".ts")
      process.stdout.write(
        `| ${each.name} | ${entry} | ${kilobytes(code)} | ${kilobytes(gzipSync(code))} |\n`,
      )
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
  rmSync(bundle.file)
}

function kilobytes({ length }: Uint8Array): string {
  return `${(length / 1024).toFixed(1)} KB`
}
