import { describe, expect, it } from "vitest"
import { hour, start, tokenOf } from "../../test/feed.ts"
import type { Change } from "./change.ts"
import { createCopy } from "./copy.ts"

const now = start
/** With five seconds each for a write and for a mint. */
const minute = 70_000

function change(number: number, fields: Partial<Change> = {}): Change {
  const at = now - hour
  const expiresAt = (at + 25 * hour) / 1000
  return { number, kind: "member", name: `subject-${number}`, version: 1, at, expiresAt, ...fields }
}

/** A copy that has read these pages in one poll, just now. */
function copyOf(...pages: readonly (readonly Change[])[]) {
  const copy = createCopy()
  const take = copy.startReading(now)
  for (const page of pages) take(page, now)
  return copy
}

describe("a token", () => {
  const copy = copyOf([
    change(1, { name: "ann", version: 3 }),
    change(2, { kind: "role", name: "editor", version: 5 }),
    change(3, { kind: "generation", name: "", version: 2 }),
    change(4, { kind: "role", name: "ann", version: 9 }),
  ])
  const rows: readonly (readonly [string, string, string, string | undefined])[] = [
    ["is current with the versions of the feed", "editor", "2.3.5", undefined],
    ["is current with newer ones: it was minted after the poll", "editor", "3.4.6", undefined],
    ["is behind with an older generation", "editor", "1.3.5", "stale_epoch"],
    ["is behind with an older member", "editor", "2.2.5", "stale_epoch"],
    ["is behind with an older role", "editor", "2.3.4", "stale_epoch"],
    ["is behind with one older role among others", "author,editor,reader", "2.3.0.4.0", "stale_epoch"],
    ["is behind with an older part, however new the others are", "editor", "9.2.9", "stale_epoch"],
    ["is current with roles that the feed does not know", "author,reader", "2.3.0.7", undefined],
    ["of a guest is current, too", "guest", "2.3", undefined],
    ["is unreadable with a version too few", "author,editor", "2.3.5", "unreadable_epoch"],
    ["is unreadable without versions", "editor", "", "unreadable_epoch"],
  ]
  it.each(rows)("%s", (_, role, epoch, doubt) => {
    const token = tokenOf({ role, epoch })
    expect([copy.doubt(token), copy.doubt(token)]).toEqual([doubt, doubt])
  })

  it("of another subject does not care", () => {
    expect(copy.doubt(tokenOf({ subject: "bob", epoch: "2.0" }))).toBeUndefined()
  })

  it("that was current is behind as soon as its subject, its role or the generation changed", () => {
    for (const changed of [
      change(5, { name: "ann", version: 4 }),
      change(5, { kind: "role", name: "editor", version: 6 }),
      change(5, { kind: "generation", name: "", version: 3 }),
    ]) {
      const token = tokenOf({ role: "editor", epoch: "2.3.5" })
      const fresh = copyOf([change(1, { name: "ann", version: 3 })])
      expect(fresh.doubt(token)).toBeUndefined()
      fresh.startReading(now)([changed], now)
      expect(fresh.doubt(token)).toBe("stale_epoch")
    }
  })
})

describe("a change", () => {
  it("that comes again, or behind a newer one of the same name, changes nothing", () => {
    const copy = copyOf([
      change(1, { name: "ann", version: 3 }),
      change(2, { name: "ann", version: 2 }),
      change(1, { name: "ann", version: 3 }),
    ])
    expect(copy.doubt(tokenOf({ epoch: "0.3" }))).toBeUndefined()
    expect(copy.doubt(tokenOf({ epoch: "0.2" }))).toBe("stale_epoch")
  })

  it.each([
    ["has expired counts for nothing", 0, undefined],
    ["expires in a second counts", 1, "stale_epoch"],
  ])("that %s", (_, left, doubt) => {
    const copy = copyOf([change(1, { name: "ann", version: 3, expiresAt: now / 1000 + left })])
    expect(copy.doubt(tokenOf({ epoch: "0.2" }))).toBe(doubt)
  })
})

describe("a poll begins", () => {
  it("behind what is more than a minute old", () => {
    expect(copyOf([change(1), change(2)], [change(3)]).position()).toBe(3)
  })

  it("before what is younger, so that a change that was overtaken is seen", () => {
    const copy = copyOf([change(1), change(3, { at: now }), change(4, { at: now })])
    expect(copy.position()).toBe(1)
    copy.startReading(now + 1000)([change(2, { name: "ann", at: now }), change(3), change(4)], now + 1000)
    expect(copy.doubt(tokenOf())).toBe("stale_epoch")
    expect(copy.forgotten()).toBeUndefined()
  })

  it("behind a change by a slow clock only when the changes before it are old, too", () => {
    const copy = copyOf([change(1, { at: now - minute + 1 }), change(2, { at: now - 3 * hour })])
    expect(copy.position()).toBe(0)
    copy.startReading(now + minute)([change(1, { at: now - minute + 1 }), change(2)], now + minute)
    expect(copy.position()).toBe(2)
  })

  it("behind changes of a fast clock, too, a minute after they were seen", () => {
    const ahead = [2, 3].map((number) => change(number, { at: now + 1000 * hour }))
    const copy = copyOf([change(1), ...ahead])
    expect(copy.position()).toBe(1)
    const read = (at: number) => copy.startReading(at)([...ahead, change(4, { at: now + minute - 1 })], at)
    read(now + minute - 1)
    expect(copy.position()).toBe(1)
    read(now + minute)
    expect(copy.position()).toBe(3)
  })

  it("at the same place again where a poll that was sent earlier ends later", () => {
    const copy = createCopy()
    const [early, late] = [copy.startReading(now), copy.startReading(now)]
    late([change(1), change(2), change(3)], now)
    early([change(1), change(2)], now)
    expect([copy.position(), copy.forgotten()]).toEqual([3, undefined])
  })
})

describe("numbers that are missing", () => {
  const stale = (copy: ReturnType<typeof createCopy>, iat: number) =>
    copy.doubt(tokenOf({ iat: iat / 1000 })) === "stale_epoch"

  it("between two that have not expired make every older token stale, and none that is issued later", () => {
    const copy = copyOf([change(7, { at: now - 3 * hour }), change(9, { at: now - 2 * hour })])
    expect(copy.forgotten()).toBe("missing_numbers")
    expect(stale(copy, now - 3 * hour)).toBe(true)
    expect(stale(copy, now - 2 * hour + minute)).toBe(true)
    expect(stale(copy, now - 2 * hour + 2 * minute)).toBe(false)
  })

  it("across a page's end and a poll's end count as well", () => {
    expect(copyOf([change(7)], [change(9)]).forgotten()).toBe("missing_numbers")
    const copy = copyOf([change(7)])
    copy.startReading(now)([change(9)], now)
    expect(copy.forgotten()).toBe("missing_numbers")
  })

  it("stay lost when names are forgotten that changed before them", () => {
    const members = Array.from({ length: 10_000 }, (_, at) => change(at + 1, { at: now - 5 * hour }))
    const late = [
      change(10_002, { kind: "role", at: now - 2 * hour }),
      change(10_003, { at: now - 2 * hour }),
    ]
    expect(stale(copyOf([...members, ...late]), now - 3 * hour)).toBe(true)
  })

  it("among the youngest mean nothing yet: they may be under way", () => {
    const copy = copyOf([change(7), change(9, { at: now })])
    expect(copy.forgotten()).toBeUndefined()
  })

  it("still missing a minute later mean a loss", () => {
    const copy = copyOf([change(7), change(9, { at: now })])
    copy.startReading(now + 2 * minute)([change(9, { at: now })], now + 2 * minute)
    expect(copy.forgotten()).toBe("missing_numbers")
  })

  it("before the first one, and behind an expired one, have expired and are gone", () => {
    const expired = { at: now - 26 * hour, expiresAt: now / 1000 - 1 }
    const copy = copyOf([change(57, expired), change(59, expired), change(70), change(71)])
    expect([copy.forgotten(), copy.position()]).toEqual([undefined, 71])
  })

  it("behind the last one that a process read, before it slept for so long that it has expired, are gone, too", () => {
    const copy = copyOf([change(7)])
    const later = now + 26 * hour
    const fields = { at: later - hour, expiresAt: later / 1000 + 1 }
    copy.startReading(later)([change(40, fields), change(41, fields)], later)
    expect([copy.forgotten(), copy.position()]).toEqual([undefined, 41])
  })
})

describe("more names than are remembered", () => {
  const written = (number: number) => now - 3 * hour + number * 1000
  const members = (count: number, kind: Change["kind"] = "member") =>
    Array.from({ length: count }, (_, at) => change(at + 1, { kind, at: written(at + 1) }))
  const subject = (number: number, iat: number, epoch = "0.1") =>
    tokenOf({ subject: `subject-${number}`, iat: iat / 1000, epoch })

  it("10,000 subjects are", () => {
    const copy = copyOf(members(10_000))
    expect(copy.forgotten()).toBeUndefined()
    expect(copy.doubt(subject(1, now - 20 * hour, "0.0"))).toBe("stale_epoch")
    expect(copy.doubt(subject(1, now - 20 * hour))).toBeUndefined()
  })

  it("of 10,001 the one that changed longest ago is forgotten, and every token from before is stale", () => {
    const copy = copyOf(members(10_001))
    expect(copy.forgotten()).toBe("too_many_names")
    expect(copy.doubt(subject(1, written(1) - minute, "0.0"))).toBe("stale_epoch")
    expect(copy.doubt(subject(2, written(1) - minute))).toBe("stale_epoch")
    expect(copy.doubt(tokenOf({ iat: (written(1) - minute) / 1000 }))).toBe("stale_epoch")
  })

  it("a token that is refreshed is believed again, by what is remembered", () => {
    const copy = copyOf(members(10_001))
    expect(copy.doubt(subject(1, written(1) + 2 * minute))).toBeUndefined()
    expect(copy.doubt(subject(2, written(2) + 2 * minute))).toBeUndefined()
    expect(copy.doubt(subject(2, written(2) + 2 * minute, "0.0"))).toBe("stale_epoch")
  })

  it("10,001 roles are too many as well", () => {
    const copy = copyOf(members(10_001, "role"))
    expect(copy.doubt(tokenOf({ iat: (written(1) - minute) / 1000 }))).toBe("stale_epoch")
  })

  it("no token from before any forgotten change is believed, in whatever order changes are read again", () => {
    const young = Array.from({ length: 12_000 }, (_, at) => change(at + 1, { at: now - 30_000 + at }))
    const copy = copyOf(young)
    for (let poll = 0; poll < 5; poll++) copy.startReading(now)(young, now)
    for (let number = 1; number <= 12_000; number += 7)
      expect(copy.doubt(subject(number, now - 40_000, "0.0"))).toBe("stale_epoch")
  })
})
