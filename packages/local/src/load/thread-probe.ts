/**
 * Runs in every thread of the process with the stack, before anything else: measures its memory, and where it spends
 * time. The thread's own code does not know of it.
 */
import { Session } from "node:inspector/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { isMainThread, workerData } from "node:worker_threads"
import type { CpuProfile } from "./profile.ts"

/** Name of the channel on which threads are asked, and answer. */
export const probeChannel = "claimgate-load-probe"

export type ProbeAsk = "memory" | "profile-start" | "profile-stop"

export interface ProbeAnswer {
  readonly thread: string
  /** Bytes that are in use after a collection, buffers among them. */
  readonly live?: number
  readonly profile?: CpuProfile
}

/** `hybrid-authorizer` of `file:///…/hybrid-authorizer-1.mjs`, which a function's thread was started with. */
function nameOf(data: unknown): string {
  if (isMainThread) return "main"
  const bundle = typeof data === "object" && data !== null && "bundle" in data ? String(data.bundle) : ""
  return /([a-z-]+)-\d+\.mjs$/.exec(bundle)?.[1] ?? "other"
}

const session = new Session()
session.connect()
setFlagsFromString("--expose-gc")
// V8's own function, which a context that is made after the flag has.
const collect = runInNewContext("gc") as () => void

async function answer(ask: ProbeAsk): Promise<Omit<ProbeAnswer, "thread">> {
  switch (ask) {
    case "memory": {
      collect()
      const { heapUsed, external } = process.memoryUsage()
      return { live: heapUsed + external }
    }
    case "profile-start":
      await session.post("Profiler.enable")
      await session.post("Profiler.start")
      return {}
    case "profile-stop":
      return { profile: (await session.post("Profiler.stop")).profile }
  }
}

const channel = new BroadcastChannel(probeChannel)
const thread = nameOf(workerData)
channel.onmessage = async ({ data }) => {
  if (typeof data !== "string") return
  // The channel's name is this program's own: nobody else sends on it.
  channel.postMessage({ thread, ...(await answer(data as ProbeAsk)) } satisfies ProbeAnswer)
}
// Not a reason for a thread to stay.
;(channel as unknown as { unref(): void }).unref()
