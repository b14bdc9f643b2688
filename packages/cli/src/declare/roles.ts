/** `roles …`: as they are stored, and as roles.yaml has them. */
import { isAbsolute, join } from "node:path"
import type { Command } from "commander"
import type { Invocation } from "../invocation.ts"
import type { Perform } from "./perform.ts"

interface FileFlag {
  readonly file: string
}

const fileFlag = ["--file <file>", "where roles are declared", "roles.yaml"] as const
const pruneFlag = ["--prune", "also delete stored roles that the file does not have"] as const

export function declareRoles(program: Command, perform: Perform): void {
  const roles = program.command("roles").description("roles, as they are stored and as roles.yaml has them")
  declareStored(roles, perform)
  declareComparison(roles, perform)
  declareChecks(roles, perform)
}

async function readDeclared(path: string, { setting }: Invocation) {
  const [{ readRolesFile }, { catalog }] = await Promise.all([
    import("../commands/roles-offline.ts"),
    import("@claimgate/catalog"),
  ])
  return { file: await readRolesFile(isAbsolute(path) ? path : join(setting.directory, path), path), catalog }
}

function declareStored(roles: Command, perform: Perform): void {
  roles
    .command("list")
    .description("list the stored roles")
    .action(
      perform(async ({ door, output }) => {
        const { runList } = await import("../commands/roles.ts")
        await runList(await door(), output)
        return undefined
      }),
    )
  roles
    .command("show")
    .argument("<role>", "its name")
    .description("show one stored role")
    .action(
      perform(async ({ door, output }, _, name = "") => {
        const { runShow } = await import("../commands/roles.ts")
        await runShow(await door(), name, output)
        return undefined
      }),
    )
}

function declareComparison(roles: Command, perform: Perform): void {
  type Flags = FileFlag & { readonly prune?: boolean }
  roles
    .command("diff")
    .description("who would gain and lose which routes; exit code 1 where anything differs")
    .option(...fileFlag)
    .option(...pruneFlag)
    .action(
      perform<Flags>(async (invocation, { file, prune = false }) => {
        const declared = await readDeclared(file, invocation)
        const { runDiff } = await import("../commands/roles.ts")
        return runDiff({ ...declared, door: await invocation.door(), prune }, invocation.output)
      }),
    )
  roles
    .command("apply")
    .description("make the stored roles what the file says, one versioned step after another")
    .option(...fileFlag)
    .option(...pruneFlag)
    .action(
      perform<Flags>(async (invocation, { file, prune = false }) => {
        const declared = await readDeclared(file, invocation)
        const { runApply } = await import("../commands/roles.ts")
        const door = await invocation.door()
        await runApply({ ...declared, door, prune }, invocation.agree, invocation.output)
        return undefined
      }),
    )
}

function declareChecks(roles: Command, perform: Perform): void {
  const offline = () => import("../commands/roles-offline.ts")
  roles
    .command("check")
    .description("hold the file against the route table and its own rules; asks nobody")
    .option(...fileFlag)
    .action(
      perform<FileFlag>(async (invocation, { file }) => {
        const declared = await readDeclared(file, invocation)
        return (await offline()).runCheck(declared.file, declared.catalog, invocation.output)
      }),
    )
  roles
    .command("matrix")
    .description("print which role may call which route, as a Markdown document")
    .option(...fileFlag)
    .action(
      perform<FileFlag>(async (invocation, { file }) => {
        const declared = await readDeclared(file, invocation)
        ;(await offline()).runMatrix(declared.file, declared.catalog, invocation.output)
        return undefined
      }),
    )
  roles
    .command("schema")
    .description("print the JSON Schema of roles.yaml, for editors")
    .action(
      perform(async ({ output }) => {
        ;(await offline()).runSchema(output)
        return undefined
      }),
    )
}
