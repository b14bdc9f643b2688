/** How many characters a set of permissions takes in a token, form by form, and how many there need to be. */
import type { Catalog } from "@claimgate/core"
import { type Vendor, vendorCatalog, vendors } from "../../../packages/core/test/catalogs.ts"
import type { Bar, Effort, Outcome, Table } from "../part.ts"
import { drawClaimSize, shownForms } from "../picture/claim-size.ts"
import { largest, median } from "../statistics.ts"
import { createSigner, type Signer } from "../token/cognito-token.ts"
import { boundOf, type Form, forms } from "./forms.ts"
import { cookieLimit, headerLimit, outgrows, roomFor } from "./limits.ts"
import { chanceFamily, type Family, roleFamilies } from "./permission-sets.ts"
import { sizePoints } from "./points.ts"

const headerLength = 9
const formNames = Object.keys(forms) as Form[]

/** One family in one catalog. */
interface Measured {
  readonly family: Family
  /** The median set's. */
  readonly routes: number
  readonly length: Readonly<Record<Form, number>>
  readonly bound: number
  readonly longestPacked: number
  /** Characters of payload over the bound, at most. */
  readonly excess: number
  readonly longestToken: number
  readonly commaToken: number
}

export async function measureSize(effort: Effort): Promise<Outcome> {
  const signer = createSigner()
  // Brotli at its best takes a minute over all sets; every fifth of each family tells the same.
  const step = effort === "full" ? 5 : 100
  const catalogs = effort === "full" ? vendors : (["stripe"] as const)
  const measured = catalogs.map((vendor) => {
    const catalog = vendorCatalog(vendor)
    const families = [...roleFamilies(catalog), chanceFamily(catalog)]
    return { vendor, families: families.map((family) => measureFamily(catalog, family, step, signer)) }
  })
  const all = measured.flatMap(({ families }) => families)
  const bare = signer.token("").length
  return {
    tables: [
      ...measured.map(({ vendor, families }) => familyTable(vendor, families)),
      limitTable(catalogs, bare),
    ],
    bars: barsOf(all),
    pictures: { "claim-size.svg": drawPicture(step, bare) },
  }
}

function measureFamily(catalog: Catalog, family: Family, step: number, signer: Signer): Measured {
  const some = family.sets.filter((_, index) => index % step === 0)
  const packed = family.sets.map((ids) => forms.packed(catalog, ids))
  const longest = packed.reduce((a, b) => (b.length > a.length ? b : a))
  const lengths = (form: Form) => median(some.map((ids) => forms[form](catalog, ids).length))
  return {
    family,
    routes: median(some.map((ids) => ids.length)),
    length: {
      "comma list": lengths("comma list"),
      deflate: lengths("deflate"),
      brotli: lengths("brotli"),
      bitset: lengths("bitset"),
      packed: lengths("packed"),
    },
    bound: median(some.map((ids) => boundOf(catalog, ids))),
    longestPacked: longest.length,
    excess: largest(
      family.sets.map((ids, index) => (packed[index]?.length ?? 0) - headerLength - boundOf(catalog, ids)),
    ),
    longestToken: signer.token(longest).length,
    commaToken: median(some.map((ids) => signer.token(forms["comma list"](catalog, ids)).length)),
  }
}

function familyTable(vendor: Vendor, families: readonly Measured[]): Table {
  return {
    title: `Size: characters of claim over ${vendor}'s ${vendorCatalog(vendor).routes.length} routes, medians`,
    columns: [
      "set",
      "routes",
      ...formNames,
      "bound",
      "longest packed",
      "token, comma list",
      "longest token, packed",
    ],
    rows: families.map((one) => [
      one.family.name,
      one.routes,
      ...formNames.map((form) => one.length[form]),
      one.bound,
      one.longestPacked,
      one.commaToken,
      one.longestToken,
    ]),
  }
}

function limitTable(catalogs: readonly Vendor[], bare: number): Table {
  const cell = (count: number) => (Number.isFinite(count) ? count : "never")
  return {
    title: `Size: routes, drawn by chance, with which an access token (${bare} bytes without the claim) outgrows its limit`,
    columns: ["API", "form", `a cookie, ${cookieLimit} B`, `the header, ${headerLimit} B`],
    rows: catalogs.flatMap((vendor) =>
      formNames.map((form) => [
        vendor,
        form,
        cell(outgrows(vendorCatalog(vendor), form, roomFor(cookieLimit, bare))),
        cell(outgrows(vendorCatalog(vendor), form, roomFor(headerLimit, bare + "Bearer ".length))),
      ]),
    ),
  }
}

function barsOf(measured: readonly Measured[]): Bar[] {
  const longest = (bar: Family["bar"]) =>
    largest(measured.filter(({ family }) => family.bar === bar).map((one) => one.longestPacked))
  const atMost = (what: string, bar: number, value: number, unit = "characters"): Bar => ({
    what,
    sense: "at most",
    bar,
    measured: value,
    unit,
  })
  return [
    atMost("packed claim, any routes by chance", 256, longest(256)),
    atMost("its payload beyond ⌈log₂C(n,k)/6⌉, all sets", 4, largest(measured.map((one) => one.excess))),
    atMost("packed claim, role-shaped sets", 48, longest(48)),
    atMost("packed claim, eight subtrees or 15 exceptions", 56, longest(56)),
    atMost(
      "whole access token, role-shaped sets",
      1536,
      largest(measured.filter(({ family }) => family.bar < 256).map((one) => one.longestToken)),
      "bytes",
    ),
  ]
}

function drawPicture(step: number, bare: number): string {
  const catalog = vendorCatalog("github")
  const points = shownForms.flatMap((form) => sizePoints(catalog, form, form === "packed" ? 1 : step))
  return drawClaimSize(points, bare)
}
