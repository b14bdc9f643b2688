import { describeUser } from "./admin.ts"
import { CognitoFailure } from "./failure.ts"
import { field } from "./field.ts"
import { administrator } from "./operation.ts"
import { page } from "./page.ts"
import type { UserPool } from "./pool.ts"
import type { Group } from "./state.ts"
import { requireUser, updateUser } from "./user.ts"

const named = { GroupName: field.groupName }
const membership = { ...named, Username: field.username }
const paging = { Limit: field.limit.optional(), NextToken: field.pageToken.optional() }

/** Makes a group; a lower precedence goes first in tokens. */
export const createGroup = administrator(
  {
    ...named,
    Description: field.description.optional(),
    Precedence: field.precedence.optional(),
    RoleArn: field.roleArn.optional(),
  },
  (pool, input) => {
    if (pool.groups.has(input.GroupName))
      throw new CognitoFailure("GroupExistsException", "A group with the name already exists.")
    const now = pool.deps.now()
    const group: Group = {
      name: input.GroupName,
      ordinal: pool.nextOrdinal++,
      description: input.Description ?? null,
      roleArn: input.RoleArn ?? null,
      precedence: input.Precedence ?? null,
      createdAt: now,
      modifiedAt: now,
    }
    pool.groups.set(group.name, group)
    return { Group: describeGroup(pool, group) }
  },
)

/** Shows one group. */
export const getGroup = administrator(named, (pool, input) => ({
  Group: describeGroup(pool, requireGroup(pool, input.GroupName)),
}))

/** Deletes a group; its members stay. */
export const deleteGroup = administrator(named, (pool, input) => {
  const { name } = requireGroup(pool, input.GroupName)
  for (const user of pool.users.values()) if (user.groups.includes(name)) leave(pool, user.username, name)
  pool.groups.delete(name)
  return {}
})

/** Lists the groups in the order in which they were made. */
export const listGroups = administrator(paging, (pool, input) =>
  listed(pool, [...pool.groups.values()], input.Limit, input.NextToken),
)

/** Puts a user into a group; doing it twice changes nothing. */
export const adminAddUserToGroup = administrator(membership, (pool, input) => {
  const { name } = requireGroup(pool, input.GroupName)
  const user = requireUser(pool, input.Username)
  if (!user.groups.includes(name)) updateUser(pool, user.username, { groups: [...user.groups, name] })
  return {}
})

/** Takes a user out of a group. */
export const adminRemoveUserFromGroup = administrator(membership, (pool, input) => {
  const { name } = requireGroup(pool, input.GroupName)
  leave(pool, requireUser(pool, input.Username).username, name)
  return {}
})

/** Lists the groups that a user is in. */
export const adminListGroupsForUser = administrator(
  { ...paging, Username: field.username },
  (pool, input) => {
    const user = requireUser(pool, input.Username)
    const groups = [...pool.groups.values()].filter(({ name }) => user.groups.includes(name))
    return listed(pool, groups, input.Limit, input.NextToken)
  },
)

/** Lists the users in a group. */
export const listUsersInGroup = administrator({ ...paging, ...named }, (pool, input) => {
  const { name } = requireGroup(pool, input.GroupName)
  const members = [...pool.users.values()].filter(({ groups }) => groups.includes(name))
  const { items, next } = page(members, (user) => user.ordinal, input.Limit || 60, input.NextToken)
  return { Users: items.map(describeUser), ...(next === undefined ? {} : { NextToken: next }) }
})

function leave(pool: UserPool, username: string, name: string): void {
  const groups = pool.users.get(username)?.groups ?? []
  updateUser(pool, username, { groups: groups.filter((group) => group !== name) })
}

function requireGroup(pool: UserPool, name: string): Group {
  const group = pool.groups.get(name)
  if (group === undefined) throw new CognitoFailure("ResourceNotFoundException", "Group not found.")
  return group
}

function listed(
  pool: UserPool,
  groups: readonly Group[],
  limit: number | undefined,
  token: string | undefined,
): object {
  const { items, next } = page(groups, (group) => group.ordinal, limit || 60, token)
  const Groups = items.map((group) => describeGroup(pool, group))
  return { Groups, ...(next === undefined ? {} : { NextToken: next }) }
}

function describeGroup(pool: UserPool, group: Group): object {
  return {
    CreationDate: group.createdAt / 1000,
    ...(group.description !== null && { Description: group.description }),
    GroupName: group.name,
    LastModifiedDate: group.modifiedAt / 1000,
    ...(group.precedence !== null && { Precedence: group.precedence }),
    ...(group.roleArn !== null && { RoleArn: group.roleArn }),
    UserPoolId: pool.config.id,
  }
}
