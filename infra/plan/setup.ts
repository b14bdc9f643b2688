/** Before all tests: installs the platform where it is not there, and records every variant once. */
import { rmSync } from "node:fs"
import type { TestProject } from "vitest/node"
import type { Plan } from "./plan.ts"
import { installPlatform } from "./platform.ts"
import { type Bundle, bundleApp, recordPlan } from "./record.ts"
import { type VariantName, variants } from "./variants.ts"

declare module "vitest" {
  interface ProvidedContext {
    readonly bundle: Bundle
    readonly plans: Readonly<Record<VariantName, Plan>>
  }
}

export async function setup({ provide }: TestProject): Promise<() => void> {
  const platform = installPlatform(process.env.CLAIMGATE_SST === "4" ? "4" : "3")
  const bundle = await bundleApp(platform)
  provide("bundle", bundle)
  provide("plans", await recordAll(bundle))
  return () => rmSync(bundle.file)
}

/** Two at a time: each is a process that is busy for two seconds. */
async function recordAll(bundle: Bundle): Promise<Readonly<Record<VariantName, Plan>>> {
  const plans: Record<string, Plan> = {}
  const left = Object.entries(variants)
  const record = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop())
      plans[next[0]] = await recordPlan(bundle, next[1])
  }
  await Promise.all([record(), record()])
  // An entry for each variant.
  return plans as Record<VariantName, Plan>
}
