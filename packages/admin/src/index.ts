/** Who may change whose permissions, and how: the same at every door. */
export { type Actor, actorOf, operatorOf } from "./actor.ts"
export { adminArea } from "./admin-area.ts"
export {
  type Administration,
  type AdministrationDeps,
  createAdministration,
} from "./administration.ts"
export type { Asking } from "./asking.ts"
export { type ExplainInput, type Explanation, explain } from "./explain.ts"
export type { ExplainedDoor } from "./explain-doors.ts"
export type { BroughtToken } from "./explain-token.ts"
export { formatExplanation } from "./format-explanation.ts"
export type { Grants } from "./grants.ts"
export type { Outcome } from "./outcome.ts"
export type { Broken, Rule } from "./rules.ts"
export { VersionConflict } from "./version-conflict.ts"
