/** The change feed: what it takes of DynamoDB, and of everybody's clocks. */
import { PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb"
import { type Check, judge, unseen } from "../check.ts"
import { describeAnswer, jsonOf } from "../describe.ts"
import type { DoorName } from "../doors.ts"
import type { Lab } from "../lab.ts"
import { headerOf, type RawAnswer } from "../raw-answer.ts"
import { claimsOf } from "../token-claims.ts"
import { at, httpApis, restApis } from "./at-door.ts"

const area = "Change feed"

/** What the change feed bears, in seconds. */
const mostApart = 60
const latestIssue = 5

const missed = "an authorizer could take a token for current that a change has overtaken"

export const changeFeed: readonly Check[] = [
  {
    id: "feed-consistent-query",
    area,
    item: "A consistent Query shows everything that was acknowledged before it.",
    expected: "each of 20 items, right after it was written",
    otherwise: missed,
    look: async ({ aws, scratch }) => {
      const { TableName, pk, key } = scratch()
      let seen = 0
      for (let at = 1; at <= 20; at++) {
        const name = `feed-${String(at).padStart(4, "0")}`
        await aws.dynamo.send(new PutItemCommand({ TableName, Item: key(name) }))
        const { Items = [] } = await aws.dynamo.send(
          new QueryCommand({
            ...{ TableName, ConsistentRead: true, ProjectionExpression: "sk" },
            KeyConditionExpression: "pk = :pk AND begins_with(sk, :feed)",
            ExpressionAttributeValues: { ":pk": { S: pk }, ":feed": { S: "feed-" } },
          }),
        )
        if (Items.length === at) seen++
      }
      return judge(seen === 20, `${seen} of 20`, true)
    },
  },
  unseen(
    { id: "feed-in-flight", area, item: "No transaction is in flight for longer than a minute." },
    "never",
    missed,
    "watch the maximum of SuccessfulRequestLatency for TransactWriteItems; nothing can prove it",
  ),
  {
    id: "feed-clock-gateway",
    area,
    item: "The clocks of writers are within a minute of AWS's.",
    expected: `at most ${mostApart} s between this machine and the gateway's Date`,
    otherwise: `${missed}; set this machine's clock before writing from it`,
    look: async (lab) => {
      const door = [...httpApis, ...restApis].find((one) => lab.stage.doors[one] !== undefined)
      if (door === undefined) throw new Error("stage: expected a front door")
      const date = Date.parse(headerOf(await lab.ask(door, { path: "/health" }), "date") ?? "")
      const apart = Math.abs(date - lab.now()) / 1000
      return judge(apart <= mostApart, Number.isNaN(apart) ? "no Date" : inSeconds(apart), true)
    },
  },
  {
    id: "feed-clock-cognito",
    area,
    item: "Cognito's clock is within a minute of the writers'.",
    expected: `at most ${mostApart} s between \`iat\` and this machine`,
    otherwise: missed,
    look: async (lab) => {
      const { token, asked } = await lab.people.signIn(await lab.someone())
      const apart = Number(claimsOf(token).iat) - asked / 1000
      return judge(Math.abs(apart) <= mostApart, inSeconds(apart), true)
    },
  },
  {
    id: "feed-clock-lambda",
    area,
    item: "Lambda's clock is within a minute of the writers'.",
    expected: `at most ${mostApart} s between a new device's \`createdAt\` and this machine`,
    otherwise: missed,
    look: at([...httpApis, ...restApis], async (door, lab) => {
      const asked = lab.now()
      const answer = await registerDevice(door, lab)
      const { createdAt } = jsonOf(answer)
      if (answer.status !== 201)
        throw new Error(`front door \`${door}\`: expected 201, got ${describeAnswer(answer)}`)
      const apart = (Date.parse(String(createdAt)) - asked) / 1000
      return judge(Math.abs(apart) <= mostApart, inSeconds(apart), true)
    }),
  },
  {
    id: "feed-iat",
    area,
    item: "A token's `iat` is at most five seconds after the trigger read its permissions.",
    expected: `\`iat\` at most ${latestIssue} s after sign-in was asked for, which is before the trigger read`,
    otherwise: missed,
    look: async (lab) => {
      const { token, asked } = await lab.people.signIn(await lab.someone())
      // Cognito's clock may be ahead of this one, which only makes it look later.
      const after = Number(claimsOf(token).iat) - asked / 1000
      return judge(after <= latestIssue, inSeconds(after), true)
    },
  },
]

/** `-0.3 s` */
function inSeconds(seconds: number): string {
  // Adding 0 takes the sign of a zero away.
  return `${(Math.round(seconds * 10) / 10 + 0).toFixed(1)} s`
}

/** By someone who may do just that; whatever that one has registered is taken away. */
async function registerDevice(door: DoorName, lab: Lab): Promise<RawAnswer> {
  const owner = await lab.people.create("owner", ["POST:/api/devices"])
  const { token } = await lab.people.signIn(owner)
  const body = JSON.stringify({ name: lab.prefix })
  const headers = [["content-type", "application/json"]] as const
  lab.cleanup.add(`devices of \`${owner.username}\``, () => removeDevices(lab, owner.subject))
  return lab.ask(door, { method: "POST", path: "/api/devices", token, headers, body })
}

/** By their owner's list: an answer that was lost told no id. */
async function removeDevices(lab: Lab, owner: string): Promise<void> {
  // The list is an index, which shows what was written a little later.
  await lab.pause()
  const { Items = [] } = await lab.aws.dynamo.send(
    new QueryCommand({
      ...{ TableName: lab.stage.table, IndexName: "gsi1", ProjectionExpression: "pk" },
      KeyConditionExpression: "gsi1pk = :devices AND begins_with(gsi1sk, :own)",
      ExpressionAttributeValues: { ":devices": { S: "DEVICES" }, ":own": { S: `OWNER#${owner}#` } },
    }),
  )
  for (const { pk } of Items) if (pk?.S?.startsWith("DEVICE#")) await lab.removeItems(pk.S)
}
