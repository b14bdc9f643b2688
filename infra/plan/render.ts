/** A plan as text that a reviewer can read and a pull request can show the difference of. */
import { createHash } from "node:crypto"
import { familiesOf } from "./families.ts"
import { nameOf, type Plan, type Planned, typeOf } from "./plan.ts"

/**
 * One block per resource, or per family of resources that differ in little; then what functions are linked to, what
 * can be linked, and the outputs. Components that ask AWS for nothing themselves, and links, which have a block of
 * their own, are left out.
 */
export function renderPlan(recorded: Plan, stage: string): readonly Block[] {
  const plan = withoutStage(recorded, stage)
  const resources = plan.resources.filter(
    ({ type, inputs }) => Object.keys(inputs).length > 0 && type !== "sst:sst:LinkRef",
  )
  const entries = resources.map(({ type, name, ...rest }) => ({ type, name, fields: fieldsOf(rest) }))
  return [
    ...familiesOf(entries).map(({ title, common, members }) =>
      block(title, common, members.map(({ name, fields }) => `  ${name}  ${pairs(fields)}\n`).join("")),
    ),
    ...plan.functions.toSorted(byName).map(({ name, ...rest }) => block(`function ${name}`, rest)),
    ...Object.entries(plan.links)
      .toSorted(([a], [b]) => compare(a, b))
      .map(([name, link]) => block(`link ${name}`, link)),
    block("outputs", plan.outputs),
  ]
}

/** What a plan has that another one has not, and which blocks of that one it lacks. */
export function renderDifference(plan: readonly Block[], from: readonly Block[]): string {
  const known = new Set(from.map(({ text }) => text))
  const titles = new Set(plan.map(({ title }) => title))
  const lacks = from.filter(({ title }) => !titles.has(title)).map(({ title }) => `not here: ${title}\n`)
  return [lacks.join(""), ...plan.filter(({ text }) => !known.has(text)).map(({ text }) => text)]
    .filter((text) => text !== "")
    .join("\n")
}

/** Lines that only one of two texts has, how often they come counted in. */
export function renderChanges(before: string, after: string): string {
  const [one, other] = [before.split("\n"), after.split("\n")]
  const marked = [
    ...lacking(one, other).map((line) => `- ${line}`),
    ...lacking(other, one).map((line) => `+ ${line}`),
  ]
  return marked.map((line) => `  ${line}\n`).join("")
}

function lacking(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others]
  return lines.filter((line) => {
    const at = left.indexOf(line)
    if (at !== -1) left.splice(at, 1)
    return at === -1
  })
}

export interface Block {
  readonly title: string
  /** Begins with the title, ends with a line break. */
  readonly text: string
}

/** Names begin with app and stage, and every function is told them. */
function withoutStage(plan: Plan, stage: string): Plan {
  const text = JSON.stringify(plan)
    .replaceAll(`claimgate-${stage}-`, "claimgate-<stage>-")
    .replaceAll(`\\"stage\\":\\"${stage}\\"`, '\\"stage\\":\\"<stage>\\"')
    .replaceAll(`claimgate-${stage}"`, 'claimgate-<stage>"')
    // In metrics: a dimension, in a graph, and in a search.
    .replaceAll(`"stage":"${stage}"`, '"stage":"<stage>"')
    .replaceAll(`\\"stage\\",\\"${stage}\\"`, '\\"stage\\",\\"<stage>\\"')
    .replaceAll(`stage=\\\\\\"${stage}\\\\\\"`, 'stage=\\\\\\"<stage>\\\\\\"')
    // Of an empty file, zipped by whichever version of a library.
    .replaceAll(/-code-[0-9a-f]{64}\.zip/g, "-code-<hash>.zip")
  return JSON.parse(text) as Plan
}

const byName = (a: { name: string }, b: { name: string }) => compare(a.name, b.name)

/** By code unit: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function fieldsOf({
  dependsOn,
  protect,
  retain,
  inputs,
}: Omit<Planned, "type" | "name">): Record<string, unknown> {
  return {
    ...(protect ? { "(protect)": true } : {}),
    ...(retain ? { "(retain)": true } : {}),
    ...inputs,
    ...(dependsOn.length === 0 ? {} : { "(after)": summary(dependsOn) }),
  }
}

/** By name; where there are many, how many of each type. */
function summary(urns: readonly string[]): readonly string[] {
  if (urns.length <= 20) return [...new Set(urns.map(nameOf))].toSorted(compare)
  const types = urns.map(typeOf).toSorted(compare)
  return [...new Set(types)].map((type) => `${types.filter((each) => each === type).length} × ${type}`)
}

function block(title: string, fields: object, more = ""): Block {
  return { title, text: `${title}\n${lines(fields, "  ")}${more}` }
}

function pairs(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .filter(([key]) => key !== "(after)")
    .map(([key, value]) => `${key}: ${inline(value) ?? JSON.stringify(value)}`)
    .join("  ")
}

function lines(value: object, indent: string): string {
  if (Array.isArray(value)) return value.map((each) => entry(`${indent}-`, each, indent)).join("")
  return (
    Object.entries(value)
      // A provider that is written in the program comes with its whole text.
      .filter(([key, each]) => each !== undefined && key !== "__provider")
      .toSorted(([a], [b]) => compare(a, b))
      .map(([key, each]) => entry(`${indent}${key}:`, each, indent))
      .join("")
  )
}

function entry(start: string, value: unknown, indent: string): string {
  if (typeof value === "string" && value.length > 1000) return `${start} ${digest(value)}\n`
  const json = parsedJson(value)
  if (json !== undefined) return `${start} json\n${lines(json, `${indent}  `)}`
  const secret = secretValue(value)
  if (secret !== undefined) return entry(`${start} secret`, secret, indent)
  const flat = inline(value)
  if (flat !== undefined) return `${start} ${flat}\n`
  return `${start}\n${lines(value as object, `${indent}  `)}`
}

/** A value on one line; not for objects and long lists. */
function inline(value: unknown): string | undefined {
  if (typeof value === "string") return /^[\w${/<"'][^\n]*$/.test(value) ? value : JSON.stringify(value)
  if (typeof value !== "object" || value === null) return String(value)
  if ("__pulumiAsset" in value || "__pulumiArchive" in value) return "(files)"
  if (!Array.isArray(value)) return Object.keys(value).length === 0 ? "{}" : undefined
  if (value.some((each) => typeof each === "object")) return undefined
  const text = `[${value.join(", ")}]`
  return text.length <= 100 ? text : undefined
}

/** Of a text too long to be read here. */
function digest(text: string): string {
  return `(${text.length} characters, ${createHash("sha256").update(text).digest("hex").slice(0, 16)})`
}

/** Policies and items are JSON in a string: shown as what they hold. */
function parsedJson(value: unknown): object | undefined {
  if (typeof value !== "string" || !/^[{[]/.test(value)) return undefined
  try {
    return JSON.parse(value) as object
  } catch {
    return undefined
  }
}

/** Pulumi's wire form of a secret: an object with this key. */
const secretKey = "4dabf18193072939515e22adb298388d"

function secretValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(secretKey in value)) return undefined
  return (value as { value?: unknown }).value ?? "?"
}
