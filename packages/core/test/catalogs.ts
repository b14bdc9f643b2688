/** Catalogs of real size and shape: the route lists in bench/data. */
import { readFileSync } from "node:fs"
import { type Catalog, createCatalog } from "../src/catalog.ts"

export const vendors = ["github", "twilio", "kubernetes", "stripe", "digitalocean"] as const
export type Vendor = (typeof vendors)[number]

/** The log lines of a vendor's whole API, one per route, in the order of its paths. */
export function vendorLog(vendor: Vendor): string[] {
  const file = new URL(`../../../bench/data/${vendor}.json`, import.meta.url)
  // The files are our own: lists of `METHOD:/path`, which createCatalog checks line by line.
  const permissions = JSON.parse(readFileSync(file, "utf8")) as string[]
  return permissions.map((permission) => permission.replace(":", " "))
}

const built = new Map<Vendor, Catalog>()

/** A vendor's whole API as one release; built once per test file. */
export function vendorCatalog(vendor: Vendor): Catalog {
  const catalog = built.get(vendor) ?? createCatalog(vendorLog(vendor))
  built.set(vendor, catalog)
  return catalog
}
