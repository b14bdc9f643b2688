/** Least privilege: which function may do what, and to what. */
import { isLive, ofType, type Plan, type Planned } from "../plan.ts"
import { type Check, complain } from "./check.ts"

interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Condition?: unknown
}

/** A role's name begins with its function's. */
interface Right extends Statement {
  readonly owner: string
  readonly actions: readonly string[]
  readonly resources: readonly string[]
}

export const rights: Check = (plan) => {
  const all = ofType(plan, "aws:iam/role:Role").flatMap(rightsOf)
  const own = all.filter((right) => !isOfLiveFunction(right, plan))
  return [...noWildcards(own), ...readOnly(own), ...feedOnly(own), ...noTable(own, plan), ...trust(plan)]
}

function noWildcards(all: readonly Right[]): readonly string[] {
  return [
    ...complain(
      all.flatMap((right) => right.actions.map((action) => ({ ...right, action }))),
      ({ action }) => action.includes("*"),
      ({ owner, action }) => `${owner}: expected no \`*\` in an action, got \`${action}\``,
    ),
    ...complain(
      all,
      ({ resources }) => resources.length === 0 || resources.includes("*"),
      ({ owner }) => `${owner}: expected a right to name its resources`,
    ),
  ]
}

const reads = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]

/** Whoever only answers a question writes nothing. */
function readOnly(all: readonly Right[]): readonly string[] {
  return complain(
    all.filter(({ owner }) => owner === "PreToken" || owner.endsWith("Authorizer")),
    ({ actions }) => actions.some((action) => !reads.includes(action)),
    ({ owner, actions }) => `${owner}: expected rights to read only, got ${actions.join(", ")}`,
  )
}

/** DynamoDB holds a Query to a partition key by this condition, which holds of no key at all without the second. */
const feed = JSON.stringify({
  "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["FEED#CHANGES"] },
  Null: { "dynamodb:LeadingKeys": ["false"] },
})

function feedOnly(all: readonly Right[]): readonly string[] {
  return complain(
    all.filter(({ owner }) => owner === "HybridAuthorizer"),
    ({ actions, Condition }) => actions.join() !== "dynamodb:Query" || JSON.stringify(Condition) !== feed,
    ({ owner }) => `${owner}: expected a Query of the change feed's key and no other right`,
  )
}

/** The claims authorizer asks no one; its links would give the table away, too. */
function noTable(all: readonly Right[], { functions }: Plan): readonly string[] {
  const isClaims = (name: string) => /^Claims(Rest)?Authorizer$/.test(name)
  return [
    ...complain(
      all,
      ({ owner }) => isClaims(owner),
      ({ owner, actions }) => `${owner}: expected no right at all, got ${actions.join(", ")}`,
    ),
    ...complain(
      functions,
      ({ name, links }) => isClaims(name) && Object.keys(links).join() !== "Tokens",
      ({ name, links }) =>
        `${name}: expected a link to \`Tokens\` alone, got ${Object.keys(links).join(", ")}`,
    ),
  ]
}

/** Where a function runs on the developer's machine, that one takes on its role. */
function trust(plan: Plan): readonly string[] {
  return complain(
    ofType(plan, "aws:iam/role:Role").filter(({ name }) => !isLive(plan, name.replace(/Role$/, ""))),
    ({ inputs }) => !/^(lambda|apigateway)\.amazonaws\.com$/.test(principalOf(inputs.assumeRolePolicy)),
    ({ name, inputs }) =>
      `${name}: expected the service alone to take on the role, got ${principalOf(inputs.assumeRolePolicy)}`,
  )
}

function principalOf(policy: unknown): string {
  const statements = statementsOf(policy) as readonly { Principal?: Record<string, string> }[]
  return statements.flatMap(({ Principal = {} }) => Object.values(Principal)).join()
}

function rightsOf({ name, inputs }: Planned): readonly Right[] {
  const policies = Array.isArray(inputs.inlinePolicies)
    ? (inputs.inlinePolicies as { policy: unknown }[])
    : []
  return policies
    .flatMap(({ policy }) => statementsOf(policy))
    .map((statement) => ({
      ...statement,
      owner: name.replace(/Role$/, ""),
      actions: listOf(statement.Action),
      resources: listOf(statement.Resource ?? []),
    }))
}

/** A policy is a document, or its JSON. */
function statementsOf(policy: unknown): readonly Statement[] {
  const document = typeof policy === "string" ? JSON.parse(policy) : policy
  return (document as { Statement: readonly Statement[] }).Statement
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === "string" ? [value] : value
}

/** SST adds what `sst dev` needs to the rights of the functions that it runs. */
const liveActions = ["appsync:*", "s3:*"]

function isOfLiveFunction({ owner, actions }: Right, plan: Plan): boolean {
  return isLive(plan, owner) && actions.every((action) => liveActions.includes(action))
}
