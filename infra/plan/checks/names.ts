/** Names: Pulumi refuses a URN that is there twice, AWS a name of the same kind; no mock does. */
import type { Check } from "./check.ts"

export const names: Check = ({ resources }) => [
  ...repeated(resources.map(({ urn }) => urn)).map((urn) => `\`${urn}\`: expected one resource of this name`),
  ...repeated(
    resources.flatMap(({ type, inputs }) =>
      type.startsWith("aws:") && typeof inputs.name === "string" && isOwnName(type)
        ? [`${type} ${inputs.name}`]
        : [],
    ),
  ).map((name) => `\`${name}\`: expected one of this name in AWS`),
]

/** Of others, several may have the same name: a stage or an authorizer in each API, a record of each kind. */
function isOwnName(type: string): boolean {
  return !/:(Stage|Authorizer|UserPoolClient|Record)$/.test(type)
}

function repeated(all: readonly string[]): readonly string[] {
  return [...new Set(all.filter((each, index) => all.indexOf(each) !== index))]
}
