/** `--import FILE`: members in the simple shape that many teams start from, into the stack's store. */
import { createReadStream } from "node:fs"
import { access, constants, stat } from "node:fs/promises"
import { createInterface } from "node:readline"
import { catalog } from "@claimgate/catalog"
import { ClaimgateError } from "@claimgate/core"
import type { PermissionStore } from "@claimgate/store"

/** Throws `malformed_input` where the file cannot be read, before anything is started for it. */
export async function checkReadable(file: string): Promise<void> {
  const refuse = (code: string | undefined, cause?: unknown): never => {
    const message = `--import ${file}: expected a file that can be read (${code})`
    throw new ClaimgateError("malformed_input", message, { cause })
  }
  const found = await access(file, constants.R_OK)
    .then(() => stat(file))
    .catch((cause: NodeJS.ErrnoException) => refuse(cause.code, cause))
  if (!found.isFile()) refuse("not a file")
}

/** Imports line by line; returns one line of report for each line that was refused, and one about all. */
export async function importFile(store: PermissionStore, file: string): Promise<readonly string[]> {
  const { importMembers, newAttribution } = await import("@claimgate/store")
  const lines = createInterface({
    input: createReadStream(file, "utf8"),
    crlfDelay: Number.POSITIVE_INFINITY,
  })
  const { imported, unchanged, refused, unknownRoles } = await importMembers(
    store,
    lines,
    newAttribution("local", "import"),
    { catalog },
  )
  return [
    ...refused.map(({ line, message }) => `${file}: line ${line}: ${message}`),
    ...unknownRoles.map((role) => `${file}: role \`${role}\` is not stored: it grants nothing yet`),
    `${file}: ${imported} members imported, ${unchanged} unchanged, ${refused.length} lines refused`,
  ]
}
