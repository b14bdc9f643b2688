/** What came of attacks, compared with what should have. */
import type { Answer, AnswersByDoor, Attack, AttackedDoor } from "./attack.ts"
import { attackedDoors, type Outcome } from "./doors.ts"

/** The right statuses of a row at a door. */
function expectedAt({ answers }: Attack, door: AttackedDoor): readonly number[] {
  const isEverywhere = typeof answers === "number" || Array.isArray(answers)
  // Arrays were sorted out, which TypeScript does not see of readonly ones.
  const answer = isEverywhere ? (answers as Answer) : (answers as AnswersByDoor)[door]
  return [answer].flat() as readonly number[]
}

/** The doors that are to let it in, in their order. */
export function takersOf(attack: Attack): readonly AttackedDoor[] {
  return attackedDoors.filter((door) => expectedAt(attack, door).some(isAccepted))
}

/** Whether every door is to refuse it. */
export function isRefusedEverywhere(attack: Attack): boolean {
  return takersOf(attack).length === 0
}

/** In words, each door that answered anything but one right status; a second answer to one request is wrong as well. */
export function complaints(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap(({ attack, door, statuses }) => {
    const expected = expectedAt(attack, door)
    const [status, ...more] = statuses
    if (status !== undefined && more.length === 0 && expected.includes(status)) return []
    return [`${attack.what}: ${door} answered ${statuses.join(", ")}, expected ${expected.join(" or ")}`]
  })
}

export function isAccepted(status: number): boolean {
  return status >= 200 && status < 300
}

export function isFault(status: number): boolean {
  return status >= 500
}
