/** Text files that are read whole, and written together or not at all. */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { ClaimgateError } from "@claimgate/core"

/** A file's text, or undefined where there is none. Throws `malformed_input` where it cannot be read. */
export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8")
  } catch (cause) {
    if (faultOf(cause) === "ENOENT") return undefined
    throw cannot("read", file, cause)
  }
}

/** A file's size in bytes, or undefined where there is none. Throws `malformed_input` where it cannot be told. */
export function sizeOf(file: string): number | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size
  } catch (cause) {
    throw cannot("read", file, cause)
  }
}

/**
 * Replaces files, each at one stroke: readers see the old text or the new one. When one of them cannot be written,
 * the others are put back and `malformed_input` is thrown. A crash in between leaves the first files new.
 */
export function writeTogether(texts: ReadonlyMap<string, string>): void {
  const drafts = new Map<string, string>()
  const before = new Map<string, string | undefined>()
  try {
    for (const [file, text] of texts) drafts.set(file, writeDraft(file, text))
    for (const [file, draft] of drafts) {
      const text = readText(file)
      replace(draft, file)
      before.set(file, text)
    }
  } catch (fault) {
    for (const [file, text] of before) restore(file, text)
    throw fault
  } finally {
    for (const draft of drafts.values()) rmSync(draft, { force: true })
  }
}

/** A file next to `file`, so that renaming it stays within one file system. */
function writeDraft(file: string, text: string): string {
  const draft = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(draft, text, { flush: true })
    return draft
  } catch (cause) {
    rmSync(draft, { force: true })
    throw cannot("written", file, cause)
  }
}

function replace(draft: string, file: string): void {
  try {
    renameSync(draft, file)
  } catch (cause) {
    throw cannot("written", file, cause)
  }
}

function restore(file: string, text: string | undefined): void {
  if (text === undefined) rmSync(file, { force: true })
  else replace(writeDraft(file, text), file)
}

function cannot(verb: "read" | "written", file: string, cause: unknown): ClaimgateError {
  const fault = faultOf(cause)
  const why = fault === "EISDIR" ? "it is a folder" : fault === "ENOENT" ? "its folder does not exist" : fault
  return new ClaimgateError("malformed_input", `${file}: cannot be ${verb}: ${why}`, { cause })
}

/** Node.js's name of what went wrong, such as `ENOENT`. */
function faultOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : String(cause)
}
