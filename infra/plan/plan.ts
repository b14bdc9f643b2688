/** What a run of sst.config.ts asks AWS for: every resource with its inputs, as Pulumi is told. */

/** One resource, in the order in which it was registered. */
export interface Planned {
  /** Pulumi's type token: `aws:lambda/function:Function`, `sst:aws:Function`. */
  readonly type: string
  /** Logical name; with type and parent it is the resource's identity. */
  readonly name: string
  /** Pulumi's own name for it, parents' types included: what must be unique. */
  readonly urn: string
  readonly parent?: string
  readonly inputs: Readonly<Record<string, unknown>>
  /** URNs of what must be there first: named by `dependsOn`, or read by an input. */
  readonly dependsOn: readonly string[]
  /** Cannot be deleted by Pulumi. */
  readonly protect: boolean
  /** Stays in AWS when it is no longer declared. */
  readonly retain: boolean
}

/** A function as SST hands it to its bundler, or, live, to `sst dev`. */
export interface PlannedFunction {
  /** The component's name. */
  readonly name: string
  readonly handler: string
  readonly runtime: string
  /** Runs on the developer's machine. */
  readonly live: boolean
  /** What it is linked to, by name, as `Resource` shows it. */
  readonly links: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface Plan {
  readonly resources: readonly Planned[]
  readonly functions: readonly PlannedFunction[]
  /** Everything that can be linked, by name: what SST writes into sst-env.d.ts. */
  readonly links: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** What a deploy prints. */
  readonly outputs: Readonly<Record<string, unknown>>
}

/** All resources of a type. */
export function ofType(plan: Plan, type: string): readonly Planned[] {
  return plan.resources.filter((resource) => resource.type === type)
}

/** The one resource of this name and type; throws where it is missing. */
export function resource(plan: Plan, type: string, name: string): Planned {
  const found = ofType(plan, type).find((each) => each.name === name)
  if (found === undefined) throw new Error(`plan: expected \`${name}\` (${type})`)
  return found
}

/** A resource's own name in its URN. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn
}

/** A resource's own type in its URN, without those of its parents. */
export function typeOf(urn: string): string {
  return urn.split("::").at(-2)?.split("$").at(-1) ?? urn
}

/** Whether a function, named as its component is, runs on the developer's machine. */
export function isLive({ functions }: Plan, name: string): boolean {
  return functions.some((each) => each.name === name && each.live)
}
