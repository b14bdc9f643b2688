#!/usr/bin/env node
// The command line as one bundle, built again when a source file is newer: it starts in a tenth of the time.
import { existsSync, readFileSync, statSync } from "node:fs"
import { fileURLToPath } from "node:url"

const bundle = new URL("../dist/main.mjs", import.meta.url)
const inputs = new URL("../dist/inputs.json", import.meta.url)

function isCurrent() {
  if (!existsSync(bundle) || !existsSync(inputs)) return false
  const built = statSync(bundle).mtimeMs
  const changedAt = (file) => statSync(new URL(file, inputs), { throwIfNoEntry: false })?.mtimeMs ?? Infinity
  return JSON.parse(readFileSync(inputs, "utf8")).every((file) => changedAt(file) <= built)
}

if (!isCurrent()) {
  const { build } = await import("./build.mjs")
  await build(fileURLToPath(new URL("../dist", import.meta.url)))
}
await import(bundle.href)
