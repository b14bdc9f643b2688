import { CreateTableCommand, DescribeTableCommand } from "@aws-sdk/client-dynamodb"
import { QueryCommand } from "@aws-sdk/lib-dynamodb"
import { afterAll, beforeAll, expect, it } from "vitest"
import { by } from "../test/by.ts"
import { type Dynalite, startDynalite } from "../test/dynalite.ts"
import { createDynamoStore } from "./dynamo-store.ts"
import { createEntities } from "./entities.ts"
import { auditTrail, changeKey, memberKey, memberList, roleKey, roleList } from "./keys.ts"
import { createTableInput } from "./table.ts"

let dynalite: Dynalite
beforeAll(async () => {
  dynalite = await startDynalite()
})
afterAll(() => dynalite.stop())

it("entities address the items that keys.ts names, in any case", () => {
  const { member, role, change, audit } = createEntities("claimgate")
  for (const subject of ["alice", "A.b+c_D:e@example.com", "client:4ABC"])
    expect(member.get({ subject }).params()).toMatchObject({ Key: memberKey(subject) })
  expect(role.get({ name: "editor-2" }).params()).toMatchObject({ Key: roleKey("editor-2") })
  for (const number of [1, 4711, Number.MAX_SAFE_INTEGER])
    expect(change.get({ number }).params()).toMatchObject({ Key: changeKey(number) })
  const record = { kind: "member", name: "A.b+c_D", id: "2026-03-31T12:00:00.000Z#0000000000000001" } as const
  expect(audit.get(record).params()).toMatchObject({
    Key: { pk: auditTrail("member", "A.b+c_D"), sk: record.id },
  })
})

it("changes sort by number, as text does", () => {
  const numbers = [1, 9, 10, 99, 100, 12345, 2 ** 40, Number.MAX_SAFE_INTEGER]
  const keys = numbers.map((number) => changeKey(number).sk)
  expect([...keys].sort()).toEqual(keys)
  expect(new Set(keys.map((key) => key.length))).toEqual(new Set([16]))
})

it("gsi1 lists members and roles that are not deleted, in order of name", async () => {
  const table = await dynalite.createTable()
  const store = createDynamoStore({ client: dynalite.client, table })
  const nothing = { roles: [], permissions: [], disabled: false }
  for (const subject of ["bob", "Alice", "carol", "dave"])
    await store.putMember({ ...nothing, subject }, 0, by())
  await store.deleteMember("carol", 1, by())
  await store.putRole({ name: "viewer", permissions: [] }, 0, by())
  await store.putRole({ name: "editor", permissions: [] }, 0, by())
  await store.deleteRole("viewer", 1, by())
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
