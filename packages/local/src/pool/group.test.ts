import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
  GetGroupCommand,
  ListGroupsCommand,
  ListUsersInGroupCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type SdkTestbed, startSdkPool } from "./sdk-testbed.ts"
import { PASSWORD, POOL_ID, refusal, START } from "./testbed.ts"

const UserPoolId = POOL_ID
let bed: SdkTestbed
beforeAll(async () => {
  bed = await startSdkPool()
  for (const Username of ["alice", "bob"])
    await bed.sdk.send(new AdminCreateUserCommand({ UserPoolId, Username, TemporaryPassword: PASSWORD }))
  for (const GroupName of ["b", "a", "c"])
    await bed.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName }))
})
afterAll(() => bed.stop())

const add = (Username: string, GroupName: string) =>
  bed.sdk.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }))
const groupsOf = async (Username: string) => {
  const { Groups } = await bed.sdk.send(new AdminListGroupsForUserCommand({ UserPoolId, Username }))
  return Groups?.map(({ GroupName }) => GroupName)
}

describe("a group", () => {
  it("is described as it was made", async () => {
    const RoleArn = "arn:aws:iam::123456789012:role/reader"
    const made = { UserPoolId, GroupName: "described", Description: "Readers", Precedence: 3, RoleArn }
    const { Group } = await bed.sdk.send(new CreateGroupCommand(made))
    expect(Group).toEqual({ ...made, CreationDate: new Date(START), LastModifiedDate: new Date(START) })
    const shown = await bed.sdk.send(new GetGroupCommand({ UserPoolId, GroupName: "described" }))
    expect(shown.Group).toEqual(Group)
    await bed.sdk.send(new DeleteGroupCommand({ UserPoolId, GroupName: "described" }))
  })

  it("is listed in pages", async () => {
    const list = (NextToken?: string) =>
      bed.sdk.send(new ListGroupsCommand({ UserPoolId, Limit: 2, NextToken }))
    const first = await list()
    const second = await list(first.NextToken)
    expect([first, second].flatMap(({ Groups = [] }) => Groups.map(({ GroupName }) => GroupName))).toEqual([
      "b",
      "a",
      "c",
    ])
    expect(second.NextToken).toBeUndefined()
  })

  it("takes users in and lets them go; either twice is the same as once", async () => {
    await add("alice", "a")
    await add("alice", "a")
    await add("alice", "b")
    expect(await groupsOf("alice")).toEqual(["b", "a"])
    expect(await groupsOf("bob")).toEqual([])
    const { Users } = await bed.sdk.send(new ListUsersInGroupCommand({ UserPoolId, GroupName: "a" }))
    expect(Users?.map(({ Username }) => Username)).toEqual(["alice"])
    const remove = new AdminRemoveUserFromGroupCommand({ UserPoolId, Username: "alice", GroupName: "a" })
    await bed.sdk.send(remove)
    await bed.sdk.send(remove)
    expect(await groupsOf("alice")).toEqual(["b"])
  })

  it("leaves its members when it is deleted, also if another of the name is made", async () => {
    await add("bob", "c")
    await bed.sdk.send(new DeleteGroupCommand({ UserPoolId, GroupName: "c" }))
    await bed.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName: "c" }))
    expect(await groupsOf("bob")).toEqual([])
  })

  it.each<[string, () => Promise<unknown>, string]>([
    [
      "of a name that is taken",
      () => bed.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName: "a" })),
      "GroupExistsException: A group with the name already exists.",
    ],
    ["that does not exist", () => add("alice", "none"), "ResourceNotFoundException: Group not found."],
    [
      "for a user who does not exist",
      () => add("nobody", "a"),
      "UserNotFoundException: User does not exist.",
    ],
    [
      "with a role that is none",
      () =>
        bed.sdk.send(
          new CreateGroupCommand({ UserPoolId, GroupName: "x", RoleArn: "role-of-no-account-here" }),
        ),
      "InvalidParameterException: 1 validation error detected: Value at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:[\\w+=/,.@-]+:[\\w+=/,.@-]+:([\\w+=/,.@-]*)?:[0-9]+:[\\w+=/,.@-]+(:[\\w+=/,.@-]+)?(:[\\w+=/,.@-]+)?",
    ],
    [
      "with a precedence below zero",
      () => bed.sdk.send(new CreateGroupCommand({ UserPoolId, GroupName: "x", Precedence: -1 })),
      "InvalidParameterException: 1 validation error detected: Value '-1' at 'precedence' failed to satisfy constraint: Member must have value greater than or equal to 0",
    ],
  ])("is refused %s", async (_what, attempt, expected) => {
    expect(await refusal(attempt())).toBe(expected)
  })
})
