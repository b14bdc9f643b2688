/** `claimgate export`: all members as JSON Lines, one after another, as `import` takes them. */
import { open, rename, rm } from "node:fs/promises"
import { type AdminDoor, everyItem, type ShownMember } from "../door.ts"
import { formatJson, type Output } from "../output.ts"
import type { Progress } from "../progress.ts"

/** The simple shape where it says everything, and otherwise what it lacks. */
function formatMember({ subject, roles, permissions, disabled }: ShownMember): string {
  const held = roles.length > 1 ? { roles } : { role: roles[0] ?? "guest" }
  return formatJson({ userId: subject, ...held, permissions, ...(disabled ? { disabled } : {}) })
}

/** Writes all members to standard output, page after page. */
export async function runExportOut(door: AdminDoor, out: (text: string) => void): Promise<void> {
  for await (const member of everyItem(door.listMembers)) out(`${formatMember(member)}\n`)
}

/** Writes all members to a file: whole, or not at all. */
export async function runExport(
  door: AdminDoor,
  file: string,
  progress: Progress,
  output: Output,
): Promise<void> {
  const partial = `${file}.partial`
  // Who may what is nobody else's business on this machine.
  const handle = await open(partial, "w", 0o600)
  let count = 0
  try {
    for await (const member of everyItem(door.listMembers)) {
      await handle.write(`${formatMember(member)}\n`)
      progress.at(++count, `${count} members`)
    }
    await handle.sync()
    await handle.close()
    await rename(partial, file)
  } catch (fault) {
    await handle.close().catch(() => undefined)
    await rm(partial, { force: true })
    throw fault
  } finally {
    progress.end()
  }
  output.answer({ file, members: count }, [`${count} members in ${file}`])
}
