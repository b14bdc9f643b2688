import { afterAll, beforeAll, expect, it } from "vitest"
import { createTable, wire } from "./contract/wire.ts"
import { type DynamoServer, startDynamo } from "./server.ts"

let server: DynamoServer
const call = (operation: string, body: unknown) => wire(server.endpoint, operation, body)
const update = (TableName: string, AttributeName: string, Enabled: unknown) =>
  call("UpdateTimeToLive", { TableName, TimeToLiveSpecification: { AttributeName, Enabled } })
const describeOf = async (TableName: string) => (await call("DescribeTimeToLive", { TableName })).body

beforeAll(async () => {
  server = await startDynamo()
})
afterAll(() => server.close())

it("is off, on, and off again, and forgotten with its table", async () => {
  await createTable(server.endpoint, "ttl")
  const off = { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } }
  const on = { TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "expires" } }
  expect(await describeOf("ttl")).toEqual(off)
  const specification = { TimeToLiveSpecification: { AttributeName: "expires", Enabled: true } }
  expect((await update("ttl", "expires", true)).body).toEqual(specification)
  expect(await describeOf("ttl")).toEqual(on)
  await update("ttl", "expires", false)
  expect(await describeOf("ttl")).toEqual(off)
  await update("ttl", "expires", true)
  await call("DeleteTable", { TableName: "ttl" })
  await createTable(server.endpoint, "ttl")
  expect(await describeOf("ttl")).toEqual(off)
})

it.each([
  ["on where it is on", "expires", true, "TimeToLive is already enabled"],
  [
    "on by another attribute",
    "other",
    true,
    "active on a different AttributeName: current AttributeName is expires",
  ],
  [
    "off by another attribute",
    "other",
    false,
    "active on a different AttributeName: current AttributeName is expires",
  ],
  [
    "no attribute",
    "",
    true,
    "Value '' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint",
  ],
  ["neither on nor off", "expires", undefined, "Value null at 'timeToLiveSpecification.enabled' failed"],
])("refuses %s", async (_title, attribute, enabled, message) => {
  await createTable(server.endpoint, "ttl-refused").catch(() => undefined)
  await update("ttl-refused", "expires", true)
  const { error, body } = await update("ttl-refused", attribute, enabled)
  expect([error, body.message]).toEqual(["ValidationException", expect.stringContaining(message)])
  expect(await describeOf("ttl-refused")).toMatchObject({
    TimeToLiveDescription: { AttributeName: "expires" },
  })
})

it("refuses off where it is off, and tables that are not there", async () => {
  await createTable(server.endpoint, "ttl-off")
  expect((await update("ttl-off", "expires", false)).body.message).toBe("TimeToLive is already disabled")
  expect(await update("missing", "expires", true)).toMatchObject({ error: "ResourceNotFoundException" })
  expect(await call("DescribeTimeToLive", { TableName: "missing" })).toMatchObject({
    error: "ResourceNotFoundException",
  })
})

it("deletes nothing", async () => {
  const expired = { pk: { S: "a" }, expires: { N: "1" } }
  await createTable(server.endpoint, "ttl-kept")
  await update("ttl-kept", "expires", true)
  await call("PutItem", { TableName: "ttl-kept", Item: expired })
  expect((await call("GetItem", { TableName: "ttl-kept", Key: { pk: expired.pk } })).body).toEqual({
    Item: expired,
  })
})
