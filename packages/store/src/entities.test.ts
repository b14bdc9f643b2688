import { CreateTableCommand, DescribeTableCommand } from "@aws-sdk/client-dynamodb"
import { QueryCommand } from "@aws-sdk/lib-dynamodb"
import { afterAll, beforeAll, expect, it } from "vitest"
import { type Dynalite, startDynalite } from "../test/dynalite.ts"
import { createDynamoStore } from "./dynamo-store.ts"
import { createEntities } from "./entities.ts"
import { memberKey, memberList, roleKey, roleList } from "./keys.ts"
import { createTableInput } from "./table.ts"

let dynalite: Dynalite
beforeAll(async () => {
  dynalite = await startDynalite()
})
afterAll(() => dynalite.stop())

it("entities address the items that keys.ts names, in any case", () => {
  const { member, role } = createEntities("claimgate")
  for (const subject of ["alice", "A.b+c_D:e@example.com", "client:4ABC"])
    expect(member.get({ subject }).params()).toMatchObject({ Key: memberKey(subject) })
  expect(role.get({ name: "editor-2" }).params()).toMatchObject({ Key: roleKey("editor-2") })
})

it("gsi1 lists members and roles that are not deleted, in order of name", async () => {
  const table = await dynalite.createTable()
  const store = createDynamoStore({ client: dynalite.client, table })
  const nothing = { roles: [], permissions: [], disabled: false }
  for (const subject of ["bob", "Alice", "carol", "dave"]) await store.putMember({ ...nothing, subject }, 0)
  await store.deleteMember("carol", 1)
  await store.putRole({ name: "viewer", permissions: [] }, 0)
  await store.putRole({ name: "editor", permissions: [] }, 0)
  await store.deleteRole("viewer", 1)
  const { member, role } = createEntities(table)
  const listed = async (input: object) => {
    const { Items = [] } = await dynalite.client.send(new QueryCommand({ TableName: table, ...input }))
    return Items.map((item) => item.gsi1sk)
  }
  expect(await listed(member.query.list({}).params())).toEqual(["Alice", "bob", "dave"])
  expect(await listed(member.query.list({}).gt({ subject: "bob" }).params())).toEqual(["dave"])
  expect(await listed(role.query.list({}).params())).toEqual(["editor"])
  expect(member.query.list({}).params()).toMatchObject({
    ExpressionAttributeValues: { ":pk": memberList },
  })
  expect(role.query.list({}).params()).toMatchObject({ ExpressionAttributeValues: { ":pk": roleList } })
})

it("the table's definition is one that CreateTable takes", async () => {
  await dynalite.client.send(new CreateTableCommand(createTableInput("by-itself")))
  const { Table } = await dynalite.client.send(new DescribeTableCommand({ TableName: "by-itself" }))
  expect(Table?.KeySchema).toEqual([
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ])
  expect(Table?.GlobalSecondaryIndexes).toMatchObject([
    {
      IndexName: "gsi1",
      KeySchema: [
        { AttributeName: "gsi1pk", KeyType: "HASH" },
        { AttributeName: "gsi1sk", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ])
})
