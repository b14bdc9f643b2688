/** What somebody gains and loses, as lines for people. */
import type { Output } from "../output.ts"
import type { RoleChange } from "./diff.ts"

/** A line for each permission; exceptions follow in words, because `- !` reads like a loss of a loss. */
export function describeEffect(
  { gains, loses }: Pick<RoleChange, "gains" | "loses">,
  { good, bad }: Output["style"],
): string[] {
  return [...gains.map((text) => good(lineOf("+", text))), ...loses.map((text) => bad(lineOf("-", text)))]
}

function lineOf(sign: "+" | "-", text: string): string {
  return text.startsWith("!") ? `      except ${text.slice(1)}` : `  ${sign} ${text}`
}
