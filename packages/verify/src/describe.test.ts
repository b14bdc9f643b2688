import { expect, it } from "vitest"
import { describeAnswer, isFromBackend, jsonOf, problemOf } from "./describe.ts"
import type { RawAnswer } from "./raw-answer.ts"

const answer = (status: number, body: string, headers: RawAnswer["headers"] = []): RawAnswer => ({
  ...{ status, headers, body },
})
const problem = { code: "forbidden", reason: "no_permission", detail: "no", instance: "a", status: 403 }

it.each([
  ["no answer", answer(0, "")],
  ["204", answer(204, "")],
  ['403 {"message":"Forbidden"}', answer(403, '{"message":"Forbidden"}')],
  ["403 forbidden, no_permission, no", answer(403, JSON.stringify(problem))],
  ["404 not_found", answer(404, '{"code":"not_found","detail":7}')],
  ["502 <html> gone", answer(502, "<html>\r\n  gone\n")],
  [`500 ${"x".repeat(90)}…`, answer(500, "x".repeat(91))],
])("%s", (said, given) => {
  expect(describeAnswer(given)).toBe(said)
})

it.each(["", "no JSON", "[]", "null", '"text"', "7"])("finds no members in the body %j", (body) => {
  expect([Object.keys(jsonOf(answer(200, body))), problemOf(answer(200, body))]).toEqual([[], {}])
})

it("tells the backend's answers from the gateway's", () => {
  const said = [[], [["x-content-type-options", "nosniff"]], [["x-content-type-options", "no"]]] as const
  expect(said.map((headers) => isFromBackend(answer(403, "", headers)))).toEqual([false, true, false])
})
