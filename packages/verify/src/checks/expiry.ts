/** Whether the backend reads `exp` as the token has it, in whatever spelling the gateway hands it on. */
import { judge, type Observation } from "../check.ts"
import { describeAnswer, jsonOf } from "../describe.ts"
import type { DoorName } from "../doors.ts"
import type { Lab } from "../lab.ts"
import { claimsOf } from "../token-claims.ts"
import { me } from "./at-door.ts"

/** Asks the door who is calling, and holds the expiry that it tells against the token's own. */
export async function readsExpiry(door: DoorName, lab: Lab): Promise<Observation> {
  const { token } = await lab.someone()
  const answer = await lab.ask(door, { path: me, token })
  const { expiresAt } = Object(jsonOf(answer).token)
  const isSame = Date.parse(expiresAt) === Number(claimsOf(token).exp) * 1000
  return judge(isSame, answer.status === 200 ? `200, expires at ${expiresAt}` : describeAnswer(answer), true)
}
