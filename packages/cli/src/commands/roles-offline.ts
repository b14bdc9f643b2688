/** `claimgate roles check`, `matrix` and `schema`: what roles.yaml says, held against the route table. Asks nobody. */
import { readFile } from "node:fs/promises"
import type { Catalog } from "@claimgate/core"
import { exitCode } from "../exit.ts"
import type { Output } from "../output.ts"
import { checkRoles } from "../roles/check.ts"
import { formatMatrixPage } from "../roles/matrix.ts"
import { parseRolesFile, type RolesFile, rolesSchema } from "../roles/roles-file.ts"

/** Reads and parses a roles file; `name` is what messages call it. Throws `malformed_input`, or the fault of reading it. */
export async function readRolesFile(path: string, name = path): Promise<RolesFile> {
  return parseRolesFile(await readFile(path, "utf8"), name)
}

/** Prints what is wrong; exit code 1 where anything is. */
export function runCheck(file: RolesFile, catalog: Catalog, output: Output): number {
  const findings = checkRoles(file, catalog)
  const end =
    findings.length === 0
      ? output.style.good(`${file.roles.length} roles, all as they say they are`)
      : output.style.bad(`${findings.length} ${findings.length === 1 ? "finding" : "findings"}`)
  output.answer({ ok: findings.length === 0, findings }, [...findings, end])
  return findings.length === 0 ? exitCode.done : exitCode.refused
}

/** Prints the table of routes and roles. */
export function runMatrix({ roles }: RolesFile, catalog: Catalog, output: Output): void {
  const table = formatMatrixPage(catalog, roles)
  output.answer({ roles, table }, table.trimEnd().split("\n"))
}

/** Prints the JSON Schema of the file: the same with and without `--json`. */
export function runSchema(output: Output): void {
  const schema = rolesSchema()
  output.answer(schema, JSON.stringify(schema, null, 2).split("\n"))
}
