/**
 * Forged and twisted tokens, end to end: each row is sent, byte by byte, to every front door of a local stack, through
 * its gateway, its authorizer and its backend. Nothing is let in, nothing fails, and whoever may come in still can.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { algorithms } from "./algorithms.ts"
import type { AttackedDoor } from "./attack.ts"
import { claims, subjects } from "./claims.ts"
import { controls } from "./controls.ts"
import { attackAll, attackedDoors, type Outcome, openDoors } from "./doors.ts"
import { framing } from "./framing.ts"
import { headers } from "./headers.ts"
import { complaints, isAccepted, isFault, isRefusedEverywhere, takersOf } from "./judge.ts"
import { keys } from "./keys.ts"
import { hiddenAges, permissions } from "./permissions.ts"
import { repetitions } from "./repetitions.ts"
import { spellings } from "./spellings.ts"
import { times } from "./times.ts"
import { transport } from "./transport.ts"

// Rows are made of a real token, so the stack has to be there before there are tests to name.
const doors = await openDoors()
afterAll(() => doors.close())

const families = Object.entries({
  algorithms,
  keys,
  headers,
  spellings,
  claims,
  subjects,
  times,
  permissions,
  transport,
  framing,
}).map(([name, family]) => ({ name, attacks: family(doors.material) }))
const attacks = families.flatMap((family) => family.attacks)
const allowed = controls(doors.material)

let outcomes: readonly Outcome[] = []
let before: readonly Outcome[] = []
let after: readonly Outcome[] = []

beforeAll(async () => {
  before = await attackAll(doors.addresses, allowed)
  outcomes = await attackAll(doors.addresses, attacks)
  after = await attackAll(doors.addresses, controls(doors.material))
}, 120_000)

describe.each(families)("refused at every door: $name", ({ attacks }) => {
  it.each(attacks)("$what", (attack) => {
    expect(complaints(outcomes.filter((outcome) => outcome.attack === attack))).toEqual([])
  })
})

describe("all of them together", () => {
  it("are several hundred, each of another name", () => {
    expect(attacks.filter(isRefusedEverywhere).length).toBeGreaterThan(400)
    const names = families.flatMap(({ name, attacks }) => attacks.map(({ what }) => `${name}: ${what}`))
    expect(new Set(names).size).toBe(names.length)
    expect(outcomes).toHaveLength(attacks.length * attackedDoors.length)
  })

  it("are let in nowhere", () => {
    const refused = outcomes.filter(({ attack }) => isRefusedEverywhere(attack))
    expect(complaints(refused.filter(({ statuses }) => statuses.some(isAccepted)))).toEqual([])
  })

  it("make nothing fail", () => {
    expect(complaints(outcomes.filter(({ statuses }) => statuses.some(isFault)))).toEqual([])
  })

  it("have nobody ask for the attackers' keys", () => {
    expect(doors.trapped()).toBe(0)
  })

  it("leave no token in any log", () => {
    // How every JSON object that is encoded begins; a request's id can begin so too, and is shorter.
    expect(doors.lines.filter((line) => /eyJ[\w-]{17}/.test(line))).toEqual([])
    expect(doors.lines.length).toBeGreaterThan(attacks.length)
  })
})

/**
 * None of them is forged: each has a good signature by the pool's own key. What such a token says beside its claims, only
 * our authorizers look at; AWS's own hand claims on as text; and `cached` asks the store, whatever a token's claims say.
 */
const taken: readonly (readonly [where: string, doors: readonly AttackedDoor[], what: readonly string[]])[] =
  [
    [
      "both of AWS's own authorizers",
      ["backend", "backend-rest"],
      [
        "RS384 by the pool's key",
        "RS512 by the pool's key",
        "a critical extension that nobody knows",
        "a critical extension that everybody knows",
        "an empty list of critical extensions",
        "critical extensions that are no list",
        "critical extensions that are null",
        "a payload that says to be no base64",
        "a payload that says so without calling it critical",
        "a signature with unused bits set",
        "a token of more than 8 KB, rightly signed",
        "a subject that is a number",
        "no scheme",
        "two blanks behind the scheme",
      ],
    ],
    [
      "a Cognito authorizer alone",
      ["backend-rest"],
      [
        "a client in a list of one",
        "a subject that is null",
        "an expiry with a fraction",
        "a time of issue with a fraction",
        "a claim in a list of one",
      ],
    ],
    [
      "the store",
      ["cached"],
      [
        "a role that is no name",
        "a role with a key's separator",
        "a role that is empty",
        "a role behind a blank",
        "seventeen roles",
        "a role that every object has",
        "an epoch that is no number",
        "an epoch below zero",
        "an epoch with an exponent",
        "an epoch of 5,000 digits",
      ],
    ],
  ]

describe("what is refused by some doors, and taken by no other than those behind", () => {
  it.each(taken)("%s (%j)", (_, takers, what) => {
    const found = attacks
      .filter((attack) => takersOf(attack).join() === takers.join())
      .map((attack) => attack.what)
    expect(found).toEqual(what)
  })

  it("is listed here, all of it", () => {
    expect(attacks.filter((attack) => !isRefusedEverywhere(attack))).toHaveLength(
      taken.flatMap(([, , what]) => what).length,
    )
  })
})

describe("let in at every door, before and after all that", () => {
  it.each(allowed.map(({ what }) => what))("%s", (what) => {
    const same = [...before, ...after].filter(({ attack }) => attack.what === what)
    expect(complaints(same)).toEqual([])
    expect(same).toHaveLength(2 * attackedDoors.length)
  })
})

describe("a token that hides how old it is", () => {
  const rows = hiddenAges(doors.material)
  it.each(rows)("has the store asked behind a change feed: $what", async (attack) => {
    expect(complaints(await attackAll(doors.addresses, [attack], ["hybrid"]))).toEqual([])
  })
})

describe("one request after another", () => {
  it.each(repetitions)(
    "$what",
    async ({ play }) => {
      await play(doors)
    },
    60_000,
  )
})
