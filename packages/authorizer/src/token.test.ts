import { parseSubject } from "@claimgate/store"
import { describe, expect, it } from "vitest"
import { clientId } from "../test/issuer.ts"
import { checkClaims } from "./token.ts"

const config = { tokenUse: "access", clientIds: [clientId] } as const
const times = { iat: 1000, exp: 1900 }

/** Whether a token of this subject is taken. */
function isTaken(sub: string): boolean {
  return checkClaims(config, { token_use: "access", client_id: clientId, sub, ...times }, 1000) === undefined
}

/** Whether the store can hold a member of this name. */
function isStored(subject: string): boolean {
  try {
    return parseSubject(subject) === subject
  } catch {
    return false
  }
}

describe("the subject of a token is one that the store can hold", () => {
  it.each([
    ["6f1c2c3e-0001-4000-8000-00000000aaaa", true],
    ["ann@example.com", true],
    ["Ann.B+c_d:e", true],
    ["a".repeat(128), true],
    ["a".repeat(129), false],
    ["", false],
    [" ", false],
    ["ann b", false],
    ["ann\n", false],
    ["a#ROLE#admin", false],
    ["\u0430nn", false],
    ["ann\u0000", false],
  ])("%j: %s", (subject, expected) => {
    expect([isTaken(subject), isStored(subject)]).toEqual([expected, expected])
  })

  it("and none that a machine is called by: its token has a client id, and the name is made of that", () => {
    expect([isTaken(`client:${clientId}`), isStored(`client:${clientId}`)]).toEqual([false, true])
    expect([isTaken(clientId), isStored(clientId)]).toEqual([true, true])
  })
})
