/** Every check, put to a local stack, which afterwards is as it was before. */
import { type AdminCreateUserCommand, ListUsersCommand } from "@aws-sdk/client-cognito-identity-provider"
import { DeleteItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb"
import { webOrigin } from "@claimgate/local/src/doors.ts"
import { memberKey } from "@claimgate/store/keys"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Aws, connect } from "./aws.ts"
import { asExpected, type Check } from "./check.ts"
import { checks } from "./checks/all.ts"
import { createCleanup } from "./cleanup.ts"
import type { Lab } from "./lab.ts"
import { type OpenStage, openStage } from "./open-stage.ts"
import { createPeople } from "./people.ts"
import { createSecrets } from "./secrets.ts"
import { readSettings } from "./settings.ts"
import { formatTable } from "./table.ts"
import { isSound, type Report, verify } from "./verify.ts"

// One stack for all: starting it, and its functions, is what takes the time.
let open: OpenStage
let aws: Aws
beforeAll(async () => {
  open = await openStage({})
  aws = connect(open.stage)
}, 60_000)
afterAll(async () => {
  aws.destroy()
  await open.close()
})

const settings = readSettings({ CORS_ORIGINS: webOrigin })
const put = (some: readonly Check[]) => verify({ stage: open.stage, settings, aws }, some)

/** Everything that a stage keeps. */
async function contents(): Promise<unknown> {
  const { Items = [] } = await aws.dynamo.send(new ScanCommand({ TableName: open.stage.table }))
  const { Users = [] } = await aws.cognito.send(new ListUsersCommand({ UserPoolId: open.stage.pool.id }))
  const items = Items.map((item) => JSON.stringify(item)).toSorted()
  return { items, users: Users.map(({ Username }) => Username).toSorted() }
}

describe("all checks", () => {
  let report: Report
  let before: unknown
  beforeAll(async () => {
    before = await contents()
    report = await put(checks)
  }, 60_000)

  it("find the local stack as they expect it", () => {
    expect(report.rows.filter(({ verdict }) => verdict === "differs" || verdict === "failed")).toEqual([])
    expect(report.rows.map(({ id }) => id)).toEqual(checks.map(({ id }) => id))
    expect(isSound(report)).toBe(true)
  })

  it("see for themselves what can be seen", () => {
    const byHand = report.rows.filter(({ verdict }) => verdict === "by hand")
    expect(byHand.length).toBeLessThanOrEqual(21)
    expect(report.rows.filter(({ verdict }) => verdict === "as expected").length).toBeGreaterThanOrEqual(51)
  })

  it("leave table and user pool as they found them", async () => {
    expect(report.left).toEqual([])
    expect(await contents()).toEqual(before)
  })

  it("tell no token and no password", () => {
    const told = JSON.stringify(report) + formatTable(report)
    expect(told).not.toMatch(/eyJ|Aa1-|Bearer [A-Za-z0-9_-]{20}/)
    expect(told).not.toContain(open.stage.pool.machine?.secret)
  })
})

describe("after a failure", () => {
  const check = (id: string, look: (lab: Lab) => Promise<never>): Check => ({
    ...{ id, area: "DynamoDB", item: "", expected: "", otherwise: "" },
    look,
  })

  it("what was made until then is taken away, and the rest is looked at all the same", async () => {
    const before = await contents()
    const report = await put([
      check("half-way", async ({ someone, aws, scratch }) => {
        await someone()
        const { TableName, key } = scratch()
        await aws.dynamo.send(new PutItemCommand({ TableName, Item: key("left") }))
        expect(await contents()).not.toEqual(before)
        throw new Error("in the middle")
      }),
      { ...check("next", async () => Promise.reject()), look: async () => asExpected("seen") },
    ])
    expect(report.rows.map(({ verdict, seen }) => [verdict, seen])).toEqual([
      ["failed", "Error: in the middle"],
      ["as expected", "seen"],
    ])
    expect([report.left, isSound(report)]).toEqual([[], false])
    expect(await contents()).toEqual(before)
  })

  it("also where the user is there and its permissions are not", async () => {
    const before = await contents()
    const broken = { ...open.stage, table: "nowhere" }
    const report = await verify({ stage: broken, settings, aws }, [
      check("no-table", async ({ someone }) => {
        await someone()
        throw new Error("expected no table")
      }),
    ])
    expect(report.rows.map(({ seen }) => seen)).toEqual([
      expect.stringContaining("ResourceNotFoundException"),
    ])
    // The item of a table that is not there cannot be removed, and that is told.
    expect(report.left).toEqual([expect.stringMatching(/^item `MEMBER#[\w-]+`: ResourceNotFoundException$/)])
    expect(await contents()).toEqual(before)
  })

  it("but nothing that others have made, even where it is in the way", async () => {
    const { TableName, Item } = memberOf("someone-else")
    await aws.dynamo.send(new PutItemCommand({ TableName, Item }))
    const before = await contents()
    const cleanup = createCleanup()
    const made = { stage: open.stage, cleanup, secrets: createSecrets(), prefix: "in-the-way", now: Date.now }
    const people = createPeople({ ...made, aws: namedAs(aws, "someone-else") })
    await expect(people.create("a", [])).rejects.toThrow("conditional request failed")
    expect(await cleanup.run()).toEqual([])
    expect(await contents()).toEqual(before)
    await aws.dynamo.send(new DeleteItemCommand({ TableName, Key: { pk: Item.pk, sk: Item.sk } }))
  })
})

function memberOf(subject: string) {
  const { pk, sk } = memberKey(subject)
  return { TableName: open.stage.table, Item: { pk: { S: pk }, sk: { S: sk }, entity: { S: "member" } } }
}

/** A pool that gives every user the same `sub`. */
function namedAs({ cognito, dynamo }: Aws, sub: string): Pick<Aws, "cognito" | "dynamo"> {
  const send = async (command: AdminCreateUserCommand) => {
    const answer = await cognito.send(command)
    return answer.User === undefined ? answer : { User: { Attributes: [{ Name: "sub", Value: sub }] } }
  }
  // Nothing else of a client is used.
  return { cognito: { send } as unknown as Aws["cognito"], dynamo }
}
