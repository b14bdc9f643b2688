import { describe, expect, test } from "vitest"
import { type DoorName, doorNames, doors, eventThrough } from "../test/doors.ts"
import { today } from "../test/event.ts"
import { callerReader } from "./caller.ts"
import { fieldsOf } from "./event/fields.ts"

/** What a door's authorizer leaves of one and the same caller. */
function leftBy(name: DoorName): unknown {
  const event = eventThrough(name, { request: "GET /x" }, { route: "GET /x", claim: "-" })
  return fieldsOf(fieldsOf(event).requestContext).authorizer
}

/** Doors whose callers come in the same shape: what differs between them is another function's business. */
const shapes: readonly (readonly DoorName[])[] = [
  ["hybrid", "claims"],
  ["claims-rest", "cached"],
  ["backend"],
  ["backend-rest"],
]
const shapeOf = (name: DoorName) => shapes.find((alike) => alike.includes(name))

describe.each(doorNames)("the door %s", (mine) => {
  test.each(doorNames)("and callers in the shape of the door %s", (theirs) => {
    const found = callerReader(doors[mine])(leftBy(theirs), today)
    expect(found.known).toBe(shapeOf(mine) === shapeOf(theirs))
  })

  test("says what roles and epoch are from", () => {
    const found = callerReader(doors[mine])(leftBy(mine), today)
    expect(found).toMatchObject({ caller: { source: mine === "cached" ? "store" : "token" } })
  })

  test.each([undefined, null, {}, [], "admin"])("knows nobody by %j", (authorizer) => {
    expect(callerReader(doors[mine])(authorizer, today)).toEqual({ known: false, because: "no_caller" })
  })
})
