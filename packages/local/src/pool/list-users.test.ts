import {
  AdminDeleteUserCommand,
  ListUsersCommand,
  paginateListUsers,
} from "@aws-sdk/client-cognito-identity-provider"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { callOperation } from "./protocol.ts"
import { type SdkTestbed, startSdkPool } from "./sdk-testbed.ts"
import { PASSWORD, POOL_ID, refusal } from "./testbed.ts"

const UserPoolId = POOL_ID
let bed: SdkTestbed
beforeAll(async () => {
  bed = await startSdkPool({ caseSensitive: true })
  for (const Username of ["Alice", "albert", "bob", "10", "2"])
    await callOperation(bed.pool, "AdminCreateUser", {
      UserPoolId,
      Username,
      TemporaryPassword: PASSWORD,
      UserAttributes: [
        { Name: "email", Value: `${Username}@Example.com` },
        { Name: "name", Value: `the "${Username}"` },
      ],
    })
  await callOperation(bed.pool, "AdminSetUserPassword", {
    UserPoolId,
    Username: "bob",
    Password: PASSWORD,
    Permanent: true,
  })
  await callOperation(bed.pool, "AdminDisableUser", { UserPoolId, Username: "albert" })
})
afterAll(() => bed.stop())

async function list(Filter?: string): Promise<readonly (string | undefined)[]> {
  const { Users } = await bed.sdk.send(new ListUsersCommand({ UserPoolId, Filter }))
  return (Users ?? []).map(({ Username }) => Username)
}

describe("a list of users", () => {
  it("is in the order of creation, whatever the names", async () => {
    expect(await list()).toEqual(["Alice", "albert", "bob", "10", "2"])
  })

  it("comes in pages that neither repeat nor skip anybody when users are deleted between them", async () => {
    await callOperation(bed.pool, "AdminCreateUser", {
      UserPoolId,
      Username: "gone",
      TemporaryPassword: PASSWORD,
    })
    const seen: (string | undefined)[] = []
    for await (const page of paginateListUsers({ client: bed.sdk, pageSize: 2 }, { UserPoolId })) {
      seen.push(...(page.Users ?? []).map(({ Username }) => Username))
      if (bed.pool.users.has("gone"))
        await bed.sdk.send(new AdminDeleteUserCommand({ UserPoolId, Username: "gone" }))
    }
    expect(seen).toEqual(["Alice", "albert", "bob", "10", "2"])
  })

  it.each([
    ['username = "bob"', ["bob"]],
    ['username = "BOB"', []],
    ['username ^= "al"', ["albert"]],
    ['email ^= "AL"', ["Alice", "albert"]],
    ['email = "bob@example.com"', ["bob"]],
    ['  email="bob@example.com"  ', ["bob"]],
    ['name = "the \\"bob\\""', ["bob"]],
    ['status = "Disabled"', ["albert"]],
    ['status = "disabled"', []],
    ['cognito:user_status = "confirmed"', ["bob"]],
    ['given_name = "x"', []],
    ["", ["Alice", "albert", "bob", "10", "2"]],
  ])("can be filtered by %s", async (filter, expected) => {
    expect(await list(filter)).toEqual(expected)
  })

  it("can be filtered by sub", async () => {
    const { sub } = bed.pool.users.get("bob") ?? {}
    expect(await list(`sub = "${sub}"`)).toEqual(["bob"])
  })

  it.each([
    ['username == "bob"', "Error while parsing filter"],
    ["username = bob", "Error while parsing filter"],
    ['username = "bob" or 1', "Error while parsing filter"],
    ['username ~= "bob"', "Error while parsing filter"],
    ['nickname = "bob"', "Invalid search attribute: nickname"],
    ['custom:plan = "gold"', "Invalid search attribute: custom:plan"],
    ['__proto__ = "x"', "Invalid search attribute: __proto__"],
  ])("refuses the filter %s", async (filter, message) => {
    expect(await refusal(list(filter))).toBe(`InvalidParameterException: ${message}`)
  })

  it("refuses a token that it did not give, and a page of more than 60", async () => {
    const PaginationToken = "bm90LWEtdG9rZW4"
    expect(await refusal(bed.sdk.send(new ListUsersCommand({ UserPoolId, PaginationToken })))).toBe(
      "InvalidParameterException: Invalid pagination token.",
    )
    expect(await refusal(bed.sdk.send(new ListUsersCommand({ UserPoolId, Limit: 61 })))).toBe(
      "InvalidParameterException: 1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60",
    )
  })

  it("shows only the attributes asked for", async () => {
    const command = new ListUsersCommand({
      UserPoolId,
      AttributesToGet: ["name"],
      Filter: 'username = "bob"',
    })
    const { Users } = await bed.sdk.send(command)
    expect(Users?.[0]?.Attributes).toEqual([{ Name: "name", Value: 'the "bob"' }])
  })
})
