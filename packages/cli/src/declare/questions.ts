/** `explain`, `audit`: why something is so, and how it came to be. */
import type { Command } from "commander"
import type { AuditFilter } from "../door.ts"
import type { Perform } from "./perform.ts"

export function declareQuestions(program: Command, perform: Perform): void {
  program
    .command("explain")
    .argument("<subject>", "a subject, or the e-mail address that the user pool has")
    .argument("<method>", "of the request, `GET`")
    .argument("<path>", "of the request, `/api/users/1`")
    .description("why a subject's request would be let through or refused, step by step")
    .action(
      perform(async ({ subject, door, output }, _, text = "", method = "", path = "") => {
        const { parseRequest, runExplain } = await import("../commands/explain.ts")
        const request = parseRequest(method, path)
        await runExplain(await door(), await subject(text), request, output)
        return undefined
      }),
    )
  program
    .command("audit")
    .description(
      "what was changed or refused, by whom, the newest first; this month's where nothing else is said",
    )
    .option("--subject <subject>", "of one member")
    .option("--role <role>", "of one role")
    .option("--month <month>", "of one month, `2026-01`")
    .option("--limit <number>", "at most so many records", "100")
    .action(
      perform<AuditFilter & { readonly limit: string }>(async ({ subject, door, output }, flags) => {
        const { parseAuditFlags, runAudit } = await import("../commands/audit.ts")
        const { filter, limit } = parseAuditFlags(flags)
        const found = filter.subject === undefined ? undefined : await subject(filter.subject)
        await runAudit(await door(), { ...filter, subject: found }, limit, output)
        return undefined
      }),
    )
}
