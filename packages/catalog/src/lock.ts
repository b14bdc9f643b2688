/**
 * The lock file: the catalog's log and its releases as text, committed beside the route table. A line is a route
 * that was added, a route that was retired (`-` in front), or the end of a release with its number and fingerprint.
 * Text is only ever appended, so comments between releases stay.
 */
import {
  ClaimgateError,
  createCatalog,
  methodsOf,
  parseRoute,
  quote,
  type Release,
  shapeOf,
} from "@claimgate/core"

/** A history that was read and found whole. */
export interface Lock {
  /** Log lines, as `createCatalog` takes them. */
  readonly log: readonly string[]
  /** Number of log lines at the end of each release, ascending; the last one is the whole log. */
  readonly releases: readonly number[]
  /** Live routes: method and shape, to the method and path of the line that added it. */
  readonly live: ReadonlyMap<string, string>
}

const header = `# The catalog's history. Written by \`npm run catalog\`, append-only: ids in tokens are places in this list.
# Never edit, reorder or delete a line; commit it together with the route table.
`
const releaseLine = /^= release ([1-9]\d*) ([A-Za-z0-9_-]{5})$/

/**
 * Reads a lock file's text, with line breaks of either kind. Throws `malformed_catalog` that starts with `file` and
 * the line, where a line cannot be read, routes do not add up, or history was rewritten.
 */
export function parseLock(text: string, file: string): Lock {
  const history: History = { log: [], live: new Map(), ends: [], lastLine: 0 }
  plainText(text)
    .split("\n")
    .forEach((line, index) => {
      if (line === "" || line.startsWith("#")) return
      history.lastLine = index + 1
      readLine(history, line, `${file}:${index + 1}`)
    })
  const { log, ends, live } = history
  if (log.length > (ends.at(-1)?.lines ?? 0))
    throw bad(
      `${file}:${history.lastLine}: expected \`= release …\` behind the last route: remove the lines that were added by hand, and run \`npm run catalog\``,
    )
  checkFingerprints(history, file)
  return { log, releases: ends.map(({ lines }) => lines), live }
}

/** The lock file's text with one release more: the new log lines, then the release's number, from 1, and its name. */
export function appendRelease(
  text: string,
  lines: readonly string[],
  number: number,
  fingerprint: string,
): string {
  const before = text === "" ? header : `${plainText(text).trimEnd()}\n`
  return `${before}${lines.map((line) => `${line}\n`).join("")}= release ${number} ${fingerprint}\n`
}

/** The text as it would have been written: Windows line breaks and a byte order mark do not count. */
export function plainText(text: string): string {
  return text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n")
}

interface History {
  readonly log: string[]
  readonly live: Map<string, string>
  readonly ends: { readonly lines: number; readonly written: string; readonly at: string }[]
  /** Number of the last line that is neither empty nor a comment. */
  lastLine: number
}

const rewritten =
  "history was rewritten, or two branches' releases were joined: restore the file as it was published, and run `npm run catalog`"
const mergeMarker = /^(<{7}|\|{7}|={7}|>{7})( |$)/

function readLine(history: History, line: string, at: string): void {
  if (mergeMarker.test(line))
    throw bad(
      `${at}: merge conflict: expected one history: take the published branch's file whole (\`git checkout --theirs\` while merging it, \`--ours\` while rebasing onto it), and run \`npm run catalog\`: it appends what your route table adds`,
    )
  if (line.startsWith("=")) endRelease(history, line, at)
  else applyRoute(history, line, at)
}

function endRelease({ log, ends }: History, line: string, at: string): void {
  const [, number, written] = releaseLine.exec(line) ?? []
  if (number === undefined || written === undefined)
    throw bad(`${at}: ${quote(line)}: expected \`= release\`, its number, and five base64url characters`)
  // Fingerprints chain over routes alone: without the number, nobody would miss a release between two others.
  if (Number(number) !== ends.length + 1)
    throw bad(`${at}: release ${number}: expected release ${ends.length + 1}: ${rewritten}`)
  if (ends.at(-1)?.lines === log.length)
    throw bad(`${at}: release ${number}: expected at least one route since the release before it`)
  ends.push({ lines: log.length, written, at })
}

function applyRoute({ log, live }: History, line: string, at: string): void {
  const retires = line.startsWith("-")
  const { method, path } = routeAt(retires ? line.slice(1) : line, at)
  for (const one of methodsOf(method)) {
    const shape = `${one} ${shapeOf(path)}`
    const known = live.get(shape)
    if (retires && known === undefined)
      throw bad(`${at}: retires ${quote(shape)}: expected a route that is live`)
    if (!retires && known !== undefined)
      throw bad(`${at}: adds ${quote(shape)}, which is live as ${quote(known)}: expected a new route`)
    if (retires) live.delete(shape)
    else live.set(shape, `${one} ${path}`)
  }
  log.push(line)
}

function routeAt(text: string, at: string): ReturnType<typeof parseRoute> {
  try {
    return parseRoute(text)
  } catch (cause) {
    throw bad(`${at}: ${messageOf(cause)}`, { cause })
  }
}

function checkFingerprints({ log, ends }: History, file: string): void {
  if (ends.length === 0) return
  releasesOf(
    log,
    ends.map(({ lines }) => lines),
    file,
  ).forEach(({ fingerprint }, index) => {
    const { written, at } = ends[index]!
    if (written !== fingerprint)
      throw bad(
        `${at}: release ${index + 1} is named \`${written}\`, but the lines above make \`${fingerprint}\`: ${rewritten}`,
      )
  })
}

function releasesOf(log: readonly string[], releases: readonly number[], file: string): readonly Release[] {
  try {
    return createCatalog(log, releases).releases
  } catch (cause) {
    throw bad(`${file}: ${messageOf(cause)}`, { cause })
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function bad(message: string, options?: ErrorOptions): ClaimgateError {
  return new ClaimgateError("malformed_catalog", message, options)
}
