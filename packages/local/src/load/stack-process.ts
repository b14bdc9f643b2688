/** A process with the stack in it, for the load generator: makes who calls, changes what they hold, measures itself. */
import { startStack } from "../stack.ts"
import { createCalls } from "./calls.ts"
import type { Ask, Memory, Ready, Times } from "./messages.ts"
import { createSourceOf, timesOf } from "./profile.ts"
import { makeSubjects } from "./subjects.ts"
import { type ProbeAnswer, type ProbeAsk, probeChannel } from "./thread-probe.ts"

const stack = await startStack()
process.on("disconnect", () => process.exit())
const subjects = await makeSubjects(stack)
process.send?.({
  url: stack.addresses.doors.hybrid,
  calls: createCalls(subjects.askers, subjects.data),
} satisfies Ready)
process.on("message", async (ask) => {
  // From the parent alone, which sends nothing else.
  process.send?.({ answer: await answer(ask as Ask) })
})

async function answer(ask: Ask): Promise<Memory | Times | undefined> {
  switch (ask.kind) {
    case "change":
      return ask.permission === "changed"
        ? subjects.allowRole(ask.allowed)
        : subjects.allowMember(ask.allowed)
    case "other-change":
      return subjects.changeOther()
    case "memory": {
      const live = Object.entries(await probe("memory")).flatMap(([thread, { live = 0 }]) =>
        thread === "other" ? [] : [[thread, live]],
      )
      return { live: Object.fromEntries(live), resident: process.memoryUsage.rss() }
    }
    case "profile-start":
      await probe("profile-start")
      return undefined
    case "profile-stop": {
      const profiles = Object.entries(await probe("profile-stop")).flatMap(([thread, { profile }]) =>
        profile === undefined ? [] : [[thread, profile]],
      )
      return timesOf(Object.fromEntries(profiles), createSourceOf())
    }
  }
}

/** Asks every thread that runs from the start on; the stack's own and those of its functions. */
function probe(ask: ProbeAsk): Promise<Readonly<Record<string, ProbeAnswer>>> {
  const waiting = new Set(["main", ...stack.functions.map(({ name }) => name).filter(isRunning)])
  const answers: Record<string, ProbeAnswer> = {}
  const channel = new BroadcastChannel(probeChannel)
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => {
      if (typeof data === "string") return
      // Nobody but the probes sends on this channel.
      const heard = data as ProbeAnswer
      answers[heard.thread] = heard
      waiting.delete(heard.thread)
      if (waiting.size > 0) return
      channel.close()
      resolve(answers)
    }
    channel.postMessage(ask)
  })
}

function isRunning(name: string): boolean {
  return name === "trigger" || name.startsWith("hybrid-")
}
