import { describe, expect, it } from "vitest"
import { openScriptedLab, scriptedToken } from "../test/scripted-lab.ts"
import { asExpected, byHand, type Check, judge, type Observation } from "./check.ts"
import type { Lab } from "./lab.ts"
import { isSound, type Row, type VerifyOptions, verify } from "./verify.ts"

const check = (id: string, look: (lab: Lab) => Promise<Observation>): Check => ({
  ...{ id, area: "Cognito", item: "", expected: "", otherwise: "" },
  look,
})

async function run(checks: readonly Check[], options?: VerifyOptions) {
  const { lab, close } = await openScriptedLab({})
  return verify({ stage: lab.stage, settings: lab.settings, aws: lab.aws }, checks, options).finally(close)
}

describe("a report", () => {
  it("is sound where nothing is alarming", async () => {
    const report = await run([
      check("a", async () => asExpected("yes")),
      check("b", async () => judge(false, "no")),
      check("c", async () => ({ verdict: "by hand", seen: "look" })),
    ])
    expect([report.rows.map(({ alarming }) => alarming), isSound(report)]).toEqual([
      [false, false, false],
      true,
    ])
  })

  it.each([
    ["where a check raises an alarm", async () => judge(false, "no", true)],
    ["where a check could not be carried out", async () => Promise.reject(new Error("offline"))],
    ["where a check throws what is no error", async () => Promise.reject("offline")],
  ])("is not sound %s", async (_, look) => {
    const report = await run([check("a", look), check("b", async () => asExpected("yes"))])
    expect(report.rows.map(({ alarming }) => alarming)).toEqual([true, false])
    expect(isSound(report)).toBe(false)
  })

  it("is not sound where something could not be taken away, which is named", async () => {
    const removed: string[] = []
    const report = await run([
      check("a", async ({ cleanup }) => {
        cleanup.add("first", async () => void removed.push("first"))
        cleanup.add("second", async () => Promise.reject(new TypeError("secret")))
        cleanup.add("third", async () => void removed.push("third"))
        return asExpected("yes")
      }),
    ])
    expect(removed).toEqual(["third", "first"])
    expect([report.left, isSound(report)]).toEqual([["second: TypeError"], false])
  })

  it("ends where somebody asked to stop, and takes away what was made", async () => {
    const seen: Row[] = []
    let removed = 0
    const look = async ({ cleanup }: Lab) => {
      cleanup.add("it", async () => void removed++)
      return asExpected("yes")
    }
    const report = await run([check("a", look), check("b", look)], {
      onRow: (row) => void seen.push(row),
      isStopped: () => seen.length > 0,
    })
    expect([report.rows.map(({ id }) => id), report.unasked, removed, isSound(report)]).toEqual([
      ["a"],
      1,
      1,
      false,
    ])
  })
})

describe("whoever is told of rows and throws", () => {
  const closed = () => {
    throw new Error("closed")
  }
  const making = (remove: () => Promise<void>) =>
    check("a", async ({ cleanup }) => {
      cleanup.add("it", remove)
      return asExpected("yes")
    })

  it.each<[string, VerifyOptions]>([
    ["of a row", { onRow: closed }],
    ["when asked whether to stop", { isStopped: stopOnSecond(closed) }],
  ])("%s does not keep what was made from being taken away", async (_, options) => {
    let removed = 0
    const checks = [making(async () => void removed++), check("b", async () => asExpected("yes"))]
    await expect(run(checks, options)).rejects.toThrow("closed")
    expect(removed).toBe(1)
  })

  it("is told what could not be", async () => {
    const stuck = making(async () => Promise.reject(new TypeError("secret")))
    const fault = await run([stuck], { onRow: closed }).catch((one: unknown) => one)
    expect(fault).toMatchObject({ message: "not removed: it: TypeError", cause: new Error("closed") })
  })

  function stopOnSecond(fail: () => never): () => boolean {
    let asked = 0
    return () => (asked++ === 0 ? false : fail())
  }
})

it("a check that throws at once is a row, too", async () => {
  const look = () => {
    throw new Error("at once")
  }
  const report = await run([check("a", look)])
  expect(report.rows).toMatchObject([{ verdict: "failed", seen: "Error: at once" }])
})

describe("a row tells no secret", () => {
  const jwt = scriptedToken({ sub: "someone" })
  const rows: readonly (readonly [string, (lab: Lab) => string])[] = [
    ["a token that a gateway repeats", () => `403 Authorization=Bearer eyJhbGciOi${jwt}`],
    ["the machine's secret", ({ stage }) => `401 ${stage.pool.machine?.secret}`],
    ["a password", ({ secrets }) => `400 ${secrets.keep("Aa1-password")}`],
  ]
  it.each(rows)("%s", async (_, say) => {
    const checks = [
      check("a", async (lab) => judge(false, say(lab))),
      check("c", async (lab) => byHand("look", say(lab))),
      check("b", async (lab) => Promise.reject(new Error(say(lab)))),
    ]
    const told = JSON.stringify((await run(checks)).rows)
    expect(told).toContain("‹left out›")
    expect(told).not.toMatch(/eyJ|machine-secret|Aa1-password/)
  })
})
