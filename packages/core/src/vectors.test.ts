/** The test vectors of docs/permissions.md, read from the document. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { createCatalog, decodeClaim, encodeClaim, expand, routeIds } from "./index.ts"

const text = readFileSync(new URL("../../../docs/permissions.md", import.meta.url), "utf8")
const blocks = [
  ...text.slice(text.indexOf("### Test vectors")).matchAll(/```\n([\s\S]*?)\n\n([\s\S]*?)\n```/g),
].map(([, log = "", claims = ""]) => ({
  lines: log.split("\n"),
  claims: claims.split("\n").map((row) => row.split(" => ")),
}))

describe.each(blocks)("vectors of $lines.0 …", ({ lines, claims }) => {
  const log: string[] = []
  const releases: number[] = []
  const fingerprints: string[] = []
  for (const line of lines)
    if (line.startsWith("= release ")) {
      releases.push(log.length)
      fingerprints.push(line.slice(10))
    } else log.push(line)
  const catalog = createCatalog(log, releases)

  it("have the releases that the document names", () => {
    expect(catalog.releases.map((release) => release.fingerprint)).toEqual(fingerprints)
  })

  it.each(claims)("%s is %s, and back", (permissions = "", claim = "") => {
    const routes = expand(catalog, permissions === "(nothing)" ? [] : permissions.split(" "))
    expect(encodeClaim(catalog, routes)).toBe(claim)
    const decoded = decodeClaim(catalog, claim)
    expect(decoded.ok && routeIds(decoded.routes)).toEqual(routeIds(routes))
  })
})

it("there are vectors", () => {
  expect(blocks.length).toBeGreaterThanOrEqual(2)
})
