/**
 * The release item names what tokens are minted for: it comes after everything that reads them. And whatever must not be
 * lost in prod is kept.
 */
import { ofType, type Plan, resource, typeOf } from "../plan.ts"
import { type Asked, type Check, complain } from "./check.ts"

/** What a front door is made of. */
const before = [
  "aws:lambda/function:Function",
  "aws:apigatewayv2/authorizer:Authorizer",
  "aws:apigatewayv2/route:Route",
  "aws:apigateway/authorizer:Authorizer",
  // Shows a deployment, and so comes after that.
  "aws:apigateway/stage:Stage",
]

export const release: Check = (plan, asked) => [...order(plan), ...kept(plan, asked)]

function order(plan: Plan): readonly string[] {
  const item = resource(plan, "aws:dynamodb/tableItem:TableItem", "Release")
  const readers = plan.resources.filter(
    ({ type, name }) => before.includes(type) && name !== "PreTokenFunction",
  )
  return complain(
    readers,
    ({ urn }) => !item.dependsOn.includes(urn),
    ({ name, urn }) => `release item: expected it after \`${name}\` (${typeOf(urn)})`,
  )
}

function kept(plan: Plan, { stage }: Asked): readonly string[] {
  const isProd = stage === "prod"
  const table = resource(plan, "aws:dynamodb/table:Table", "PermissionsTableTable")
  return [
    ...complain(
      [table],
      ({ retain, inputs }) => isProd && !(retain && inputs.deletionProtectionEnabled === true),
      () => "table: expected it to be kept in prod, and protected against deletion",
    ),
    ...complain(
      ofType(plan, "aws:dynamodb/table:Table"),
      ({ inputs }) => (inputs.pointInTimeRecovery as { enabled?: boolean } | undefined)?.enabled !== true,
      ({ name }) => `${name}: expected point-in-time recovery`,
    ),
    ...complain(
      [plan.outputs],
      ({ _protect }) => _protect !== isProd,
      ({ _protect }) => `app: expected protection from removal in prod alone, got ${_protect}`,
    ),
  ]
}
