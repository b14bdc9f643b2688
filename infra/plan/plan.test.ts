/** Every variant asks AWS for what its committed plan says, and every plan passes the checks. */
import { readFileSync } from "node:fs"
import { describe, expect, inject, test } from "vitest"
import { parseConfig } from "../variables.ts"
import { checks } from "./checks/index.ts"
import type { Variant } from "./record.ts"
import { renderChanges, renderDifference, renderPlan } from "./render.ts"
import { type VariantName, variants } from "./variants.ts"

const bundle = inject("bundle")
const plans = inject("plans")
// Of `Object.entries` on a record: its own keys and values.
const all = Object.entries(variants) as [VariantName, Variant][]

const asDefault = renderPlan(plans.default, variants.default.stage)

function textOf(name: VariantName): string {
  const rendered = renderPlan(plans[name], variants[name].stage)
  return name === "default" ? renderDifference(rendered, []) : renderDifference(rendered, asDefault)
}

function fileOf(name: VariantName): string {
  return `plans/${name.replace(/\W+/g, "-").toLowerCase()}.txt`
}

describe.runIf(bundle.version.startsWith("3."))("is as its file says:", () => {
  test.each(all)("%s", async (name) => {
    await expect(textOf(name)).toMatchFileSnapshot(fileOf(name))
  })
})

test.runIf(bundle.version.startsWith("4."))("differs under SST 4 as plans/sst-4.txt says", async () => {
  const changes = all.map(([name]) => {
    const before = readFileSync(new URL(fileOf(name), import.meta.url), "utf8")
    return `${name}\n${renderChanges(before, textOf(name))}`
  })
  await expect(changes.join("\n")).toMatchFileSnapshot("plans/sst-4.txt")
})

describe.each(all)("%s", (name, variant) => {
  const config = parseConfig((variable) => variant.env?.[variable])
  test.each(Object.entries(checks))("passes the checks of %s", (_, check) => {
    expect(check(plans[name], { ...variant, config })).toEqual([])
  })
})
