/** `claimgate generation`: which tokens are too old to be believed, and the raise that makes every one of them so. */
import { ClaimgateError, quote } from "@claimgate/core"
import { type Attribution, type Generation, newAttribution } from "@claimgate/store"
import type { Direct } from "../direct.ts"
import type { Output } from "../output.ts"
import type { Agree } from "./members.ts"

export interface RaiseFlags {
  readonly above?: string
}

/** Shows the generation, and whether a bulk import is running. */
export async function runGeneration({ store }: Pick<Direct, "store">, output: Output): Promise<void> {
  const found = await store.readGeneration()
  output.answer(shown(found), [`generation ${found.generation}`, ...describeImport(found)])
}

/** The number of `--above`, if any. Throws `malformed_input` for flags that cannot be meant, before anybody is asked. */
export function parseRaiseFlags({ above }: RaiseFlags, breakGlass: boolean): number | undefined {
  if (!breakGlass)
    throw new ClaimgateError(
      "malformed_input",
      "generation raise: expected --break-glass, as only the stage's own AWS credentials can",
    )
  if (above === undefined) return undefined
  if (/^(0|[1-9]\d{0,8})$/.test(above)) return Number(above)
  throw new ClaimgateError(
    "malformed_input",
    `--above ${quote(above)}: expected a whole number from 0 to 999999999`,
  )
}

/**
 * Raises the generation by one, or to one more than `above` where it is not above that already. Throws `conflict`, and
 * leaves that in the audit, where an import is running and nothing is gained: all tokens are rechecks already.
 */
export async function runRaise(
  direct: Direct,
  above: number | undefined,
  agree: Agree,
  output: Output,
): Promise<void> {
  const { store, identity } = direct
  const by = newAttribution(identity, "break-glass")
  const found = await store.readGeneration()
  const { generation } = found
  if (above !== undefined && generation > above) {
    output.answer(shown(found), [
      `generation ${generation}: above ${above} already, nothing was changed`,
      "after a restore: if tokens of a later generation can be out, take a higher number",
    ])
    return
  }
  if (above === undefined && found.importing?.mayWrite) await refuseDuring(found, direct, by)
  output.say(`past the admin API; audited under ${identity}`)
  output.say("every token that is out is rechecked until it is refreshed: its requests ask the store")
  for (const line of describeImport(found)) output.say(line)
  await agree(`Raise the generation from ${generation} to ${(above ?? generation) + 1}?`)
  const raised = await store.raiseGeneration(by, above)
  output.answer(shown({ ...found, generation: raised }), [output.style.good(`generation ${raised}`)])
}

async function refuseDuring({ generation }: Generation, { store }: Direct, by: Attribution): Promise<never> {
  const because = "import_running"
  await store.recordRefusal({ kind: "generation", name: "", action: "raise", because }, by)
  throw new ClaimgateError(
    "conflict",
    `generation ${generation}: an import is running, which raised it: every token is a recheck already (${because})`,
  )
}

/** The generation as `--json` has it. */
function shown({ generation, importing }: Generation) {
  const since = importing && new Date(importing.since).toISOString()
  return { generation, importing: importing === undefined ? null : { ...importing, since } }
}

function describeImport({ importing }: Generation): string[] {
  if (importing === undefined) return []
  const since = new Date(importing.since).toISOString()
  return [
    importing.mayWrite
      ? `an import is running since ${since}: every token is a recheck until it ends`
      : `an import of ${since} has not ended and writes no more: every token is a recheck until another one ends`,
  ]
}
