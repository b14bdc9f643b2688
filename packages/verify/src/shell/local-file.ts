/** What a running local stack says about itself, in the directory that it was started in. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { ClaimgateError } from "@claimgate/core"
import * as z from "zod"
import type { Environment } from "../stage.ts"

const path = ".claimgate/local.json"
const file = z.object({ environment: z.record(z.string(), z.string()) })

/** The stack's variables, over those of the shell; `malformed_configuration` where no stack is running. */
export async function localEnvironment(environment: Environment, directory: string): Promise<Environment> {
  const text = await readFile(join(directory, path), "utf8").catch((cause) => {
    throw bad(`expected \`npm run local\` to be running in this directory (${path})`, cause)
  })
  const parsed = file.safeParse(parseJson(text))
  if (!parsed.success) throw bad(`${path}: expected what \`npm run local\` writes there`)
  // Another stage's bindings, and a way to AWS, must not shine through.
  const kept = Object.entries(environment).filter(([name]) => !/^(SST_RESOURCE_|AWS_)/.test(name))
  return { ...Object.fromEntries(kept), ...parsed.data.environment }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function bad(message: string, cause?: unknown): ClaimgateError {
  return new ClaimgateError("malformed_configuration", message, { cause })
}
