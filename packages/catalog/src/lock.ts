/**
 * The lock file: the catalog's log and its releases as text, committed beside the route table. A line is a route
 * that was added, a route that was retired (`-` in front), or the end of a release with its fingerprint.
 */
import { type Catalog, ClaimgateError, createCatalog, quote } from "@claimgate/core"

export interface Lock {
  /** Log lines, releases taken out. */
  readonly log: readonly string[]
  /** Number of log lines at the end of each release. */
  readonly releases: readonly number[]
}

const header = [
  "# The catalog's history. Written by `npm run catalog`, append-only: ids in tokens are places in this list.",
  "# Never edit, reorder or delete a line; commit it together with the route table.",
]
const releaseMark = "= release "

/** Reads a lock file's text. Throws `malformed_catalog`, naming the line, where history was rewritten. */
export function parseLock(text: string): Lock {
  const log: string[] = []
  const releases: number[] = []
  const fingerprints: string[] = []
  const lines = text.split(/\r?\n/)
  lines.forEach((line, index) => {
    if (line === "" || line.startsWith("#")) return
    if (line.startsWith(releaseMark)) {
      releases.push(log.length)
      fingerprints.push(line.slice(releaseMark.length))
    } else if (/^-?[A-Z]+ \/\S*$/.test(line)) log.push(line)
    else
      throw bad(
        `line ${index + 1} ${quote(line)}: expected \`METHOD /path\`, \`-METHOD /path\` or \`= release …\``,
      )
  })
  if (releases.at(-1) !== log.length && log.length > 0)
    throw bad(`expected the last line to be \`${releaseMark}…\``)
  if (log.length > 0) checkFingerprints(createCatalog(log, releases), fingerprints)
  return { log, releases }
}

/** Writes a lock file's text; releases carry the fingerprints that the catalog gives them. */
export function formatLock(catalog: Catalog): string {
  const lines = [...header]
  let from = 0
  for (const release of catalog.releases) {
    lines.push(...catalog.log.slice(from, release.lines), `${releaseMark}${release.fingerprint}`)
    from = release.lines
  }
  return `${lines.join("\n")}\n`
}

function checkFingerprints(catalog: Catalog, written: readonly string[]): void {
  catalog.releases.forEach((release, index) => {
    if (release.fingerprint !== written[index])
      throw bad(
        `release ${index + 1} is ${quote(written[index] ?? "")} but its lines make \`${release.fingerprint}\`: history was rewritten; restore the file from version control`,
      )
  })
}

function bad(message: string): ClaimgateError {
  return new ClaimgateError("malformed_catalog", `catalog.lock: ${message}`)
}
