/** The stage that the environment is bound to, or a local stack of one's own where it is bound to none. */
import { type Environment, isBound, parseStage, type Stage } from "./stage.ts"

export interface OpenStage {
  readonly stage: Stage
  /** Whether the stack was started here, so that nobody else has anything in it. */
  readonly isOwn: boolean
  /** Stops what was started here, and nothing else. */
  close(): Promise<void>
}

/** Rejects with `malformed_configuration` where some bindings are there and others are not: a stage is never guessed. */
export async function openStage(environment: Environment): Promise<OpenStage> {
  if (isBound(environment))
    return { stage: parseStage(environment), isOwn: false, close: async () => undefined }
  // Loaded only where it is needed: a deployed stage needs none of it.
  const [{ startStack }, { stageEnvironment }] = await Promise.all([
    import("@claimgate/local/src/stack.ts"),
    import("@claimgate/local/src/bindings.ts"),
  ])
  const stack = await startStack()
  const { machineSecret } = stack.identity
  const stage = parseStage(stageEnvironment({ ...stack.addresses, machineSecret }))
  return { stage, isOwn: true, close: () => stack.close() }
}
