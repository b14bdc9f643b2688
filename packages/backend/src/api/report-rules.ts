/** Who may do what with a report, beyond what a permission for a route can say. */
import { routes } from "@claimgate/catalog"
import type { Caller } from "../caller.ts"
import type { Report } from "../data/reports.ts"
import type { Call } from "../endpoint.ts"
import { any, permitted, type Rule, refused } from "../rule.ts"

/** A request about one report. */
type AboutReport = Pick<Call<unknown, Caller, unknown, unknown>, "caller" | "roles" | "holds"> & {
  readonly loaded: Report
}

/** How many comments a report may have before only editors add more. */
export const mostComments = 50

const isOwner: Rule<AboutReport> = ({ caller, loaded: { owner } }) =>
  owner === caller.subject
    ? permitted
    : refused("not_owner", "only its owner changes a report, an administrator, or whoever may delete users")

const isAdministrator: Rule<AboutReport> = async ({ roles }) =>
  (await roles()).includes("admin") ? permitted : refused("no_administrator", "expected an administrator")

/** Whoever may delete users has to see to what they leave behind. Asked last: it may need the store. */
const maySucceed: Rule<AboutReport> = async ({ holds }) =>
  (await holds(routes.deleteUser)) ? permitted : refused("no_successor", "expected whoever may delete users")

/** Whoever may change, publish or delete a report. Its owner never changes. */
export const keepsReport: Rule<AboutReport> = any(isOwner, isAdministrator, maySucceed)

/** Editors go on where everyone else has said enough. */
export const hasRoomForComment: Rule<AboutReport> = async (asked) =>
  asked.loaded.comments < (await commentLimit(asked)) ? permitted : enoughComments

/** The most comments that a report may have for this caller to add another one. */
export async function commentLimit({ roles }: Pick<AboutReport, "roles">): Promise<number> {
  return (await roles()).some((role) => role === "editor" || role === "admin") ? Infinity : mostComments
}

export const enoughComments = refused(
  "too_many_comments",
  `the report has ${mostComments} comments: from there on only editors add more`,
)
