/** Under which licences everything is that is installed, and which of them will do. */
import type { Installed } from "./lock.ts"

/** What may be part of a function that is deployed. */
export const deployable: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
]

/** What may be used on the way there; two more for tools whose files are not changed, and data with a name to mention. */
export const usable: readonly string[] = [...deployable, "CC-BY-4.0", "MPL-2.0", "Zlib"]

/** Licences of versions whose package.json names none, and where they are found. Another version is looked at again. */
export const found: Readonly<Record<string, { readonly licence: string; readonly where: string }>> = {
  "opencontrol@0.0.6": {
    licence: "MIT",
    where: "the file LICENSE of its repository, github.com/toolbeam/opencontrol",
  },
  "querystring@0.2.0": { licence: "MIT", where: "its file License.md" },
}

/** The licence that a package states, or that was found for this version; undefined where there is none. */
export function licenceOf({ name, version, license }: Installed): string | undefined {
  return license ?? found[`${name}@${version}`]?.licence
}

/** Whether an SPDX expression comes to allowed licences: one of each `OR`, and all of an `AND`. */
export function isAllowed(expression: string, allowed: readonly string[]): boolean {
  const text = expression.trim()
  const parts = /^\(([^()]*)\)$/.exec(text)?.[1]
  if (parts !== undefined) return isAllowed(parts, allowed)
  if (/\bOR\b/.test(text)) return text.split(/\bOR\b/).some((part) => isAllowed(part, allowed))
  if (/\bAND\b/.test(text)) return text.split(/\bAND\b/).every((part) => isAllowed(part, allowed))
  return allowed.includes(text)
}

/** Everything whose licence is unknown or not among the allowed ones, a sentence each. */
export function complaintsAboutLicences(
  installed: readonly Installed[],
  allowed: readonly string[],
): readonly string[] {
  return installed.flatMap((each) => {
    const licence = licenceOf(each)
    if (licence !== undefined && isAllowed(licence, allowed)) return []
    return [
      `${each.name}@${each.version}: licence \`${licence ?? "unknown"}\`: expected one of ${allowed.join(", ")}`,
    ]
  })
}

/** A table in Markdown, one row for each package. */
export function licenceTable(installed: readonly Installed[]): string {
  const rows = installed.map(
    (each) => `| ${each.name} | ${each.version} | ${licenceOf(each) ?? "unknown"} |\n`,
  )
  return `| package | version | licence |\n| --- | --- | --- |\n${rows.join("")}`
}

/** How often each licence occurs, the most frequent first: `MIT 27, ISC 2`. */
export function licenceCounts(installed: readonly Installed[]): string {
  const counts = new Map<string, number>()
  for (const each of installed) {
    const licence = licenceOf(each) ?? "unknown"
    counts.set(licence, (counts.get(licence) ?? 0) + 1)
  }
  const ordered = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return ordered.map(([licence, count]) => `${licence} ${count}`).join(", ")
}
