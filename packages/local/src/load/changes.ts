/** Grants and revokes while requests come, each written down from before it is asked for. */
import type { Histories } from "./generate.ts"
import type { StackChild } from "./stack-child.ts"

/** Milliseconds between changes: longer than what the token is trusted for, so that there is a time of certainty. */
const pauses = { changed: 8000, changedNow: 1500, other: 1000 } as const

/** Changes permissions until it is told to stop; tells how many changes there were. */
export function keepChanging(stack: Pick<StackChild, "change">, histories: Histories): () => Promise<number> {
  let isOver = false
  let count = 0
  const repeat = async (pause: number, change: () => Promise<void>) => {
    for (let until = Date.now() + pause; !isOver; await sleep(50))
      if (Date.now() >= until) {
        await change()
        count++
        until = Date.now() + pause
      }
  }
  const flip = (permission: "changed" | "changedNow") => async () => {
    const history = histories[permission]
    const allowed = history.at(-1)?.allowed === false
    const change = { allowed, begun: performance.now() }
    history.push(change)
    await stack.change({ kind: "change", permission, allowed })
    Object.assign(change, { acknowledged: performance.now() })
  }
  const running = Promise.all([
    repeat(pauses.changed, flip("changed")),
    repeat(pauses.changedNow, flip("changedNow")),
    repeat(pauses.other, () => stack.change({ kind: "other-change" })),
  ])
  // Heard of when the load is over; a change that failed must not end the process before.
  running.catch(() => undefined)
  return async () => {
    isOver = true
    await running
    return count
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
