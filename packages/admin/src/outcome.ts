/** How an attempt ends where no fault is thrown: done, or refused by a rule and recorded as such. */
import type { Attribution, Refusal } from "@claimgate/store"
import type { AdministrationDeps } from "./administration.ts"
import type { Broken } from "./rules.ts"

/** Done, or refused by a rule. What cannot be done for another reason is thrown. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly broken: Broken }

/** Records what a rule refused. */
export async function refuse(
  { store }: AdministrationDeps,
  what: Omit<Refusal, "because">,
  broken: Broken,
  by: Attribution,
): Promise<Outcome<never>> {
  await store.recordRefusal({ ...what, because: broken.rule }, by)
  return { ok: false, broken }
}
