import { describeUser } from "./admin.ts"
import { formatAttributes } from "./attribute.ts"
import { failures } from "./failure.ts"
import { attributeNames, field } from "./field.ts"
import { administrator } from "./operation.ts"
import { page } from "./page.ts"
import type { User } from "./state.ts"

/** Lists users in the order in which they were created, all of them or those that a filter names. */
export const listUsers = administrator(
  {
    AttributesToGet: attributeNames.optional(),
    Limit: field.limit.optional(),
    PaginationToken: field.pageToken.optional(),
    Filter: field.filter.optional(),
  },
  (pool, input) => {
    const matches = parseFilter(input.Filter ?? "")
    const found = [...pool.users.values()].filter(matches)
    const { items, next } = page(found, (user) => user.ordinal, input.Limit || 60, input.PaginationToken)
    const shown = input.AttributesToGet
    const Users = items.map((user) => ({
      ...describeUser(user),
      ...(shown && { Attributes: formatAttributes(user, (name) => shown.includes(name)) }),
    }))
    return { Users, ...(next === undefined ? {} : { PaginationToken: next }) }
  },
)

const NAMES = "name given_name family_name preferred_username"
const SEARCHABLE = new Set(`username sub email phone_number ${NAMES} cognito:user_status status`.split(" "))

/**
 * Reads a filter, `name = "value"` or `name ^= "start"`, with `\"` for a quote. Case counts only in
 * usernames, `sub` and `status`, which here is `Enabled` or `Disabled` (API reference, ListUsers). An empty
 * filter lets everybody through.
 */
function parseFilter(filter: string): (user: User) => boolean {
  if (filter.trim() === "") return () => true
  const match = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter)
  if (match === null) throw failures.invalidParameter("Error while parsing filter")
  const [, name = "", operator, quoted = ""] = match
  if (!SEARCHABLE.has(name)) throw failures.invalidParameter(`Invalid search attribute: ${name}`)
  const fold = ["username", "sub", "status"].includes(name)
    ? (text: string) => text
    : (text: string) => text.toLowerCase()
  const wanted = fold(quoted.replace(/\\(.)/g, "$1"))
  return (user) => {
    const value = fold(searched(user, name) ?? "")
    return operator === "=" ? value === wanted : value.startsWith(wanted)
  }
}

function searched(user: User, name: string): string | undefined {
  if (name === "username") return user.username
  if (name === "sub") return user.sub
  if (name === "status") return user.enabled ? "Enabled" : "Disabled"
  if (name === "cognito:user_status") return user.status
  return user.attributes[name]
}
