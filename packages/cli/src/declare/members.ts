/** `members …`, `grant`, `revoke`, `bootstrap`. */
import type { Command } from "commander"
import type { Perform } from "./perform.ts"

const who = ["<subject>", "a subject, or the e-mail address that the user pool has"] as const
const what = ["<grants...>", "roles (`editor`) and permissions (`GET:/api/users`), in any order"] as const

const load = async () => {
  const [commands, { catalog }] = await Promise.all([
    import("../commands/members.ts"),
    import("@claimgate/catalog"),
  ])
  return { ...commands, catalog }
}

export function declareMembers(program: Command, perform: Perform): void {
  declareBootstrap(program, perform)
  const members = program.command("members").description("who holds what")
  declareReads(members, perform)
  declareTakeAway(members, perform)
  declareRest(members, perform)
  declareGrants(program, perform)
}

function declareBootstrap(program: Command, perform: Perform): void {
  program
    .command("bootstrap")
    .argument(...who)
    .description(
      "make the first administrator; only with the stage's own AWS credentials, and only where there is none",
    )
    .action(
      perform(async ({ subject, direct, agree, output }, _, text = "") => {
        const { runBootstrap } = await import("../commands/bootstrap.ts")
        await runBootstrap(await direct(), await subject(text), agree, output)
        return undefined
      }),
    )
}

function declareReads(members: Command, perform: Perform): void {
  members
    .command("list", { isDefault: true })
    .description("list all members")
    .action(
      perform(async ({ door, output }) => {
        const { runList } = await load()
        await runList(await door(), output)
        return undefined
      }),
    )
  members
    .command("show")
    .argument(...who)
    .description("show one member, and what it comes to in routes")
    .action(
      perform(async ({ subject, door, output }, _, text = "") => {
        const { runShow, catalog } = await load()
        await runShow(await door(), catalog, await subject(text), output)
        return undefined
      }),
    )
}

function declareTakeAway(members: Command, perform: Perform): void {
  const changes = {
    disable: "keep a member's grants, but let it hold nothing",
    delete: "delete a member, for good",
  }
  for (const change of ["disable", "delete"] as const)
    members
      .command(change)
      .argument(...who)
      .description(changes[change])
      .action(
        perform(async ({ subject, door, agree, output }, _, text = "") => {
          const { runTakeAway, catalog } = await load()
          await runTakeAway(await door(), catalog, change, await subject(text), agree, output)
          return undefined
        }),
      )
}

function declareRest(members: Command, perform: Perform): void {
  members
    .command("enable")
    .argument(...who)
    .description("let a disabled member hold its grants again")
    .action(
      perform(async ({ subject, door, output }, _, text = "") => {
        const { runEnable } = await load()
        await runEnable(await door(), await subject(text), output)
        return undefined
      }),
    )
  members
    .command("sign-out")
    .argument(...who)
    .description("end all sessions of a subject; tokens that are out are rechecked")
    .action(
      perform(async ({ subject, door, output }, _, text = "") => {
        const { runSignOut } = await load()
        await runSignOut(await door(), await subject(text), output)
        return undefined
      }),
    )
}

function declareGrants(program: Command, perform: Perform): void {
  program
    .command("grant")
    .argument(...who)
    .argument(...what)
    .description("give a subject roles or permissions")
    .action(
      perform(async ({ subject, door, output }, _, text = "", ...grants) => {
        const { runGrant, parseGrants } = await load()
        await runGrant(await door(), await subject(text), parseGrants(grants), output)
        return undefined
      }),
    )
  program
    .command("revoke")
    .argument(...who)
    .argument(...what)
    .description("take roles or permissions from a subject")
    .action(
      perform(async ({ subject, door, agree, output }, _, text = "", ...grants) => {
        const { runRevoke, parseGrants, catalog } = await load()
        await runRevoke(await door(), catalog, await subject(text), parseGrants(grants), agree, output)
        return undefined
      }),
    )
}
