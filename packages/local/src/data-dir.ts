/** `--data DIR`: the directory that keeps users, keys, permissions and data. */
import { mkdir, stat } from "node:fs/promises"
import { ClaimgateError } from "@claimgate/core"

/**
 * Makes the directory where it is not there; throws `malformed_input` where it cannot serve. Not recursive: a mistyped
 * path is an error, and some paths never end (`/proc/x`).
 */
export async function prepareDataDir(dataDir: string): Promise<void> {
  const refuse = (code: string | undefined, cause?: unknown): never => {
    const expected = "expected a directory, or a new one in a directory that exists"
    throw new ClaimgateError("malformed_input", `--data ${dataDir}: ${expected} (${code})`, { cause })
  }
  const found = await mkdir(dataDir)
    .catch((fault: NodeJS.ErrnoException) => {
      if (fault.code !== "EEXIST") throw fault
    })
    .then(() => stat(dataDir))
    .catch((fault: NodeJS.ErrnoException) => refuse(fault.code, fault))
  if (!found.isDirectory()) refuse("ENOTDIR")
}
