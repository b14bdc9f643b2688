/** `npm run catalog -- --from FILE`: a route table from an OpenAPI document. */
import { basename, resolve } from "node:path"
import { ClaimgateError, quote } from "@claimgate/core"
import type { Output } from "../command.ts"
import { readText, sizeOf, writeTogether } from "../files.ts"
import type { FromTask } from "../flags.ts"
import { mostMegabytes, parseDocument } from "./document.ts"
import { readOperations, serverPath } from "./operations.ts"
import { createTable, formatTable, type Table } from "./table.ts"

/**
 * Writes the table to standard output or a file, and lists what cannot be a route. Throws `malformed_input`, with
 * nothing written, where that was not to be left out, the document cannot be read, or the file must not be written.
 */
export function writeTable(task: FromTask, output: Output): void {
  const { from, out, base } = task
  if (out !== undefined) checkOut(out, task)
  const document = parseDocument(readDocument(from), from)
  const served = serverPath(document)
  const table = createTable(readOperations(document, from), base)
  if (base === "" && served !== "")
    output.err(
      `catalog: ${from}: the first server's path is ${quote(served)}: add it with --base if requests arrive with it\n`,
    )
  for (const fault of table.faults)
    output.err(`catalog: ${from}: ${task.skipUnroutable ? "left out: " : ""}${fault}\n`)
  checkTable(table, task)
  const text = formatTable(table.entries, basename(from))
  if (out === undefined) output.out(text)
  else {
    writeTogether(new Map([[out, text]]))
    output.out(`catalog: wrote ${out}, ${table.entries.length} routes\n`)
  }
}

function checkOut(out: string, { from, force }: FromTask): void {
  if (resolve(out) === resolve(from)) throw bad(`${out}: expected another file than --from names`)
  if (!force && sizeOf(out) !== undefined)
    throw bad(`${out}: exists: expected a file that does not, or --force to replace it`)
}

function readDocument(from: string): string {
  const size = Math.ceil((sizeOf(from) ?? 0) / 1024 / 1024)
  const most = mostMegabytes(from)
  if (size > most)
    throw bad(`${from}: ${size} MB: expected at most ${most} MB (${mostMegabytes(".json")} as .json)`)
  const text = readText(from)
  if (text === undefined) throw bad(`${from}: no such file`)
  return text
}

function checkTable({ entries, faults }: Table, { from, skipUnroutable }: FromTask): void {
  const all = entries.length + faults.length
  if (entries.length === 0)
    throw bad(`${from}: expected at least one operation that can be a route, out of ${all}`)
  if (faults.length > 0 && !skipUnroutable)
    throw bad(
      `${from}: ${faults.length} of ${all} operations cannot be routes: change them, or leave them out with --skip-unroutable`,
    )
}

function bad(message: string): ClaimgateError {
  return new ClaimgateError("malformed_input", message)
}
