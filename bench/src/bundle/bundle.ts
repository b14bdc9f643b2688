/** What the claims authorizer costs at a cold start: bytes that are fetched, and time until it is loaded. */
import { execFile } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { catalog as sample } from "@claimgate/catalog"
import { type Vendor, vendorLog, vendors } from "../../../packages/core/test/catalogs.ts"
import type { Bar, Effort, Outcome, Table } from "../part.ts"
import { largest, quantile } from "../statistics.ts"
import { type Bundle, createBundle } from "./build.ts"
import { authorizer, authorizerFor, empty, environment, library, sources } from "./functions.ts"

const kilobyte = 1024
const run = promisify(execFile)
const loader = fileURLToPath(new URL("./load.mjs", import.meta.url))

export async function measureBundle(effort: Effort): Promise<Outcome> {
  const out = await mkdtemp(join(tmpdir(), "claimgate-bench-"))
  const bundles: Bundle[] = []
  for (const source of sources()) bundles.push(await createBundle(source, out))
  const times = await loadTimes(bundles, effort === "full" ? 41 : 3)
  await rm(out, { recursive: true })
  const bytesOf = (name: string) => bundles.find((one) => one.name === name)?.bytes ?? Number.NaN
  const loadOf = (name: string) => (times.get(name) ?? Number.NaN) - (times.get(empty) ?? Number.NaN)
  return {
    tables: [costTable(bundles, bytesOf, loadOf), contentTable(bundles)],
    bars: barsOf(bytesOf, loadOf),
    pictures: {},
  }
}

type Of = (name: string) => number

/** Milliseconds, each load in a fresh process, all bundles in turn: the lower quartile, because noise only adds. */
async function loadTimes(bundles: readonly Bundle[], rounds: number): Promise<Map<string, number>> {
  const times = new Map(bundles.map(({ name }) => [name, [] as number[]]))
  for (let round = 0; round < rounds; round++)
    for (const { name, file } of bundles) {
      const args = [loader, pathToFileURL(file).href]
      const { stdout } = await run(process.execPath, args, { env: environment })
      times.get(name)?.push(Number(stdout))
    }
  return new Map([...times].map(([name, all]) => [name, quantile(all, 0.25)]))
}

function costTable(bundles: readonly Bundle[], bytesOf: Of, loadOf: Of): Table {
  return {
    title: "Bundle: bytes, and milliseconds of loading over an empty function's, each in a fresh process",
    columns: ["function", "bytes", "B per route", "load ms", "µs per route"],
    rows: bundles.map(({ name }) => {
      const vendor = vendors.find((one) => authorizerFor(one) === name)
      return [
        name,
        bytesOf(name),
        vendor === undefined ? "" : perRoute(bytesOf, vendor),
        loadOf(name),
        vendor === undefined ? "" : perRoute(loadOf, vendor) * 1000,
      ]
    }),
  }
}

/** What a route adds: the bundle with a vendor's catalog against the one with the sample's. */
function perRoute(of: Of, vendor: Vendor): number {
  const more = vendorLog(vendor).length - sample.routes.length
  return (of(authorizerFor(vendor)) - of(authorizer)) / more
}

function contentTable(bundles: readonly Bundle[]): Table {
  const ours = bundles.find(({ name }) => name === authorizer)
  return {
    title: `Bundle: what is in the ${authorizer}`,
    columns: ["package", "bytes"],
    rows: (ours?.packages ?? []).map(([name, bytes]) => [name, bytes]),
  }
}

function barsOf(bytesOf: Of, loadOf: Of): Bar[] {
  const budget = (routes: number) => 28 * kilobyte + 62 * routes
  const atMost = (what: string, bar: number, measured: number, unit: string): Bar => ({
    what,
    sense: "at most",
    bar,
    measured,
    unit,
  })
  return [
    atMost("claims authorizer, sample API", budget(sample.routes.length), bytesOf(authorizer), "bytes"),
    ...vendors.map((vendor) =>
      atMost(
        authorizerFor(vendor),
        budget(vendorLog(vendor).length),
        bytesOf(authorizerFor(vendor)),
        "bytes",
      ),
    ),
    atMost(
      "a route's share of it, worst of 5 APIs",
      62,
      largest(vendors.map((v) => perRoute(bytesOf, v))),
      "bytes",
    ),
    atMost("load time over aws-jwt-verify alone", 4, loadOf(authorizer) - loadOf(library), "ms"),
  ]
}
