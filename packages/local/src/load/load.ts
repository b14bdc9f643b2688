/** One run: warm up, measure, change permissions meanwhile, then look where the time goes. */
import { keepChanging } from "./changes.ts"
import { createHistories, generateLoad } from "./generate.ts"
import type { LoadReport } from "./report.ts"
import { type StackChild, startStackChild } from "./stack-child.ts"

export interface LoadOptions {
  readonly connections: number
  readonly seconds: number
}

/** Seconds before memory is measured first: code is compiled, and caches are filled. */
const warmUp = 10
/** Seconds with the profiler on, which costs too much for the measured run. */
const profiled = 5

/** Starts a stack in a process of its own, and ends it. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const stack = await startStackChild()
  try {
    return await measure(stack, options)
  } finally {
    await stack.close()
  }
}

async function measure(stack: StackChild, { connections, seconds }: LoadOptions): Promise<LoadReport> {
  const histories = createHistories()
  const stopChanging = keepChanging(stack, histories)
  const { url, calls } = stack
  const load = (duration: number) => generateLoad({ url, calls, connections, seconds: duration, histories })
  await load(Math.min(warmUp, seconds))
  const before = await stack.memory()
  const answered = await load(seconds)
  const after = await stack.memory()
  await stack.profileStart()
  await load(Math.min(profiled, seconds))
  const times = await stack.profileStop()
  return { connections, seconds, answered, changes: await stopChanging(), memory: { before, after }, times }
}
