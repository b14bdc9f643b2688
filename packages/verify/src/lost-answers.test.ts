/** What was made although its answer was lost: it is found by its name, or its owner, and taken away. */
import { describe, expect, it } from "vitest"
import { openScriptedLab, type Script, scriptedSubject, scriptedToken } from "../test/scripted-lab.ts"
import { checks } from "./checks/all.ts"
import { foreignToken } from "./foreign-client.ts"

type Sent = readonly [command: string, input: Readonly<Record<string, unknown>>]

async function open(script: Script) {
  const sent: Sent[] = []
  const opened = await openScriptedLab({
    ...script,
    aws: (command, input) => {
      sent.push([command, input])
      return script.aws?.(command, input)
    },
  })
  return {
    ...opened,
    inputsOf: (name: string) => sent.filter(([one]) => one === name).map(([, input]) => input),
  }
}

function lost(): Error {
  return Object.assign(new Error("lost"), { name: "TimeoutError" })
}

describe("an app client", () => {
  /** Two were made by a request that was repeated; the others are not this run's. */
  const pages = (prefix: string) => [
    {
      UserPoolClients: [
        { ClientId: "web", ClientName: "web" },
        { ClientId: "one", ClientName: prefix },
      ],
      NextToken: "2",
    },
    {
      UserPoolClients: [
        { ClientId: "two", ClientName: prefix },
        { ClientId: "other", ClientName: `${prefix}0` },
      ],
    },
  ]

  it.each(["lost", "there"])("is removed by the run's name where its answer is %s", async (answer) => {
    let prefix = ""
    const { lab, close, inputsOf } = await open({
      aws: (command, { NextToken }) => {
        if (command === "ListUserPoolClientsCommand") return pages(prefix)[NextToken === undefined ? 0 : 1]
        if (command !== "CreateUserPoolClientCommand") return { AuthenticationResult: { AccessToken: "t" } }
        if (answer === "lost") throw lost()
        return { UserPoolClient: { ClientId: "two" } }
      },
    })
    prefix = lab.prefix
    if (answer === "lost") await expect(foreignToken(lab)).rejects.toThrow("lost")
    else expect(await foreignToken(lab)).toBe("t")
    expect(await lab.cleanup.run()).toEqual([])
    await close()
    expect(inputsOf("DeleteUserPoolClientCommand").map(({ ClientId }) => ClientId)).toEqual(["one", "two"])
  })

  it("that a pool does not make leaves nothing to be removed", async () => {
    const { lab, close, inputsOf } = await open({
      aws: (command) => {
        if (command === "CreateUserPoolClientCommand")
          throw Object.assign(lost(), { name: "UnknownOperationException" })
        return { UserPoolClients: [{ ClientId: "web", ClientName: "web" }] }
      },
    })
    expect(await foreignToken(lab)).toBeUndefined()
    expect(await lab.cleanup.run()).toEqual([])
    await close()
    expect(inputsOf("DeleteUserPoolClientCommand")).toEqual([])
  })
})

it.each<[string, Script["door"]]>([
  ["lost", () => undefined],
  ["no id", () => ({ status: 201, body: "{}" })],
])("a device is removed by its owner's list where its answer is %s", async (_, door) => {
  let isThere = true
  const { lab, close, inputsOf } = await open({
    ...(door && { door }),
    aws: (command, { IndexName }) => {
      if (command === "AdminCreateUserCommand")
        return { User: { Attributes: [{ Name: "sub", Value: scriptedSubject }] } }
      if (command === "InitiateAuthCommand")
        return { AuthenticationResult: { AccessToken: scriptedToken({ sub: scriptedSubject }) } }
      // An index may show what is no device.
      if (IndexName !== undefined) return { Items: [{ pk: { S: "DEVICE#7" } }, { pk: { S: "MEMBER#7" } }] }
      if (command === "QueryCommand") return { Items: isThere ? [{ pk: { S: "DEVICE#7" } }] : [] }
      if (command === "BatchWriteItemCommand") isThere = false
      return {}
    },
  })
  await checks
    .find(({ id }) => id === "feed-clock-lambda")
    ?.look(lab)
    .catch(() => undefined)
  expect(await lab.cleanup.run()).toEqual([])
  await close()
  const [list, ...found] = inputsOf("QueryCommand")
  expect(list).toMatchObject({
    IndexName: "gsi1",
    ExpressionAttributeValues: { ":devices": { S: "DEVICES" }, ":own": { S: `OWNER#${scriptedSubject}#` } },
  })
  expect(found.map((one) => one.ExpressionAttributeValues)).toEqual(
    found.map(() => ({ ":pk": { S: "DEVICE#7" } })),
  )
  expect(isThere).toBe(false)
})
