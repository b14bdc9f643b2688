import { describe, expect, test } from "vitest"
import { all, any, isPermitted, permitted, type Rule, type Ruling, refused } from "./rule.ts"

/** Rules by name, and a note of those that were asked. */
function witnesses() {
  const asked: string[] = []
  const rule =
    (name: string, answer: () => Ruling | Promise<Ruling>): Rule<unknown> =>
    () => {
      asked.push(name)
      return answer()
    }
  return {
    asked,
    yes: rule("yes", () => permitted),
    slowYes: rule("slowYes", async () => permitted),
    no: rule("no", () => refused("no", "never")),
    slowNo: rule("slowNo", async () => refused("slow_no", "not now")),
    throws: rule("throws", () => {
      throw new Error("store is down")
    }),
    rejects: rule("rejects", () => Promise.reject(new Error("store is down"))),
  }
}

type Name = Exclude<keyof ReturnType<typeof witnesses>, "asked">
type Outcome = "permitted" | "no" | "slow_no" | "fault"

async function outcomeOf(ruling: Ruling | Promise<Ruling>): Promise<Outcome> {
  try {
    const settled = await ruling
    // Of the names above.
    return isPermitted(settled) ? "permitted" : (settled.because as Outcome)
  } catch {
    return "fault"
  }
}

const table: readonly [keyof typeof combinators, readonly Name[], Outcome, readonly Name[]][] = [
  ["all", [], "permitted", []],
  ["all", ["yes"], "permitted", ["yes"]],
  ["all", ["yes", "slowYes"], "permitted", ["yes", "slowYes"]],
  ["all", ["yes", "no"], "no", ["yes", "no"]],
  ["all", ["slowNo", "no"], "slow_no", ["slowNo"]],
  ["all", ["no", "throws"], "no", ["no"]],
  ["all", ["yes", "throws", "yes"], "fault", ["yes", "throws"]],
  ["all", ["yes", "rejects"], "fault", ["yes", "rejects"]],
  ["any", ["yes"], "permitted", ["yes"]],
  ["any", ["no"], "no", ["no"]],
  ["any", ["yes", "throws"], "permitted", ["yes"]],
  ["any", ["no", "slowYes", "throws"], "permitted", ["no", "slowYes"]],
  // The first one's reason is the one that is told.
  ["any", ["slowNo", "no"], "slow_no", ["slowNo", "no"]],
  ["any", ["no", "slowNo"], "no", ["no", "slowNo"]],
  // Whoever cannot be asked has not said no: another one's yes behind it must not hide the fault.
  ["any", ["throws", "yes"], "fault", ["throws"]],
  ["any", ["no", "rejects", "yes"], "fault", ["no", "rejects"]],
]
type Combine = (...rules: Rule<unknown>[]) => Rule<unknown>
const combinators: Readonly<Record<"all" | "any", Combine>> = {
  all: (...rules) => all(...rules),
  any: (...[first, ...others]) => any(first!, ...others),
}

test.each(table)("%s of %j: %s, having asked %j", async (name, names, outcome, expected) => {
  const { asked, ...rules } = witnesses()
  const rule = combinators[name](...names.map((one) => rules[one]))
  expect([await outcomeOf(rule({})), asked]).toEqual([outcome, expected])
})

describe("what is no ruling permits nothing", () => {
  // What JavaScript, or a cast, could make of a rule that forgot its answer.
  const answers: readonly unknown[] = [
    undefined,
    null,
    true,
    "permitted",
    {},
    { permitted: "yes" },
    { permitted: 1 },
  ]

  test.each(answers)("%j", async (answer) => {
    const rule: Rule<unknown> = () => answer as Ruling
    expect(await outcomeOf(all(rule)({}))).not.toBe("permitted")
    expect(await outcomeOf(any(rule)({}))).not.toBe("permitted")
    const { no } = witnesses()
    expect(await outcomeOf(any(no, rule)({}))).not.toBe("permitted")
  })
})

test("rules that ask for different things make one that asks for both", async () => {
  const tall: Rule<{ readonly height: number }> = ({ height }) =>
    height > 2 ? permitted : refused("short", "expected somebody tall")
  const old: Rule<{ readonly age: number }> = ({ age }) =>
    age > 80 ? permitted : refused("young", "expected somebody old")
  const both: Rule<{ readonly height: number; readonly age: number }> = all(tall, old)
  expect(await outcomeOf(both({ height: 3, age: 90 }))).toBe("permitted")
  // @ts-expect-error: the second rule asks for an age
  await both({ height: 3 })
})
