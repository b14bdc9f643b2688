/** Which stage a command works on: always said by the user, always printed, never guessed. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { ClaimgateError, quote } from "@claimgate/core"
import * as z from "zod"
import type { Setting } from "./setting.ts"

/** Where everything of one stage is. */
export interface Target {
  readonly stage: string
  /** Without a slash at its end. */
  readonly api: string
  readonly table: string
  readonly region: string
  readonly userPoolId: string
  readonly clientId: string
  /** Of the stand-ins on this machine; undefined is AWS itself. */
  readonly endpoints: { readonly dynamodb: string; readonly cognito: string } | undefined
}

const resources = z.object({
  App: z.object({ stage: z.string() }),
  Permissions: z.object({ name: z.string() }),
  UserPool: z.object({ id: z.string().regex(/^[a-z0-9-]+_[A-Za-z0-9]+$/) }),
  WebClient: z.object({ id: z.string() }),
  Api: z.object({ url: z.url() }),
})

/**
 * What `Api` may be called: every front door has the same backend, and a stage has at least one. Those that decide by the
 * store or the change feed come first: an administrator made a moment ago gets in there.
 */
const apiNames = ["HybridApi", "JwtApi", "CognitoApi", "CachedApi", "ClaimsApi", "ClaimsRestApi"] as const

const localFile = z.object({
  resources,
  endpoints: z.object({ dynamodb: z.url(), cognito: z.url() }),
})

/** Where `npm run local` says what it runs. */
const localPath = ".claimgate/local.json"

/** Finds a stage's parts: `local` through the running stack's file, any other in what `sst shell` set. */
export async function findTarget(
  stage: string | undefined,
  { env, directory }: Pick<Setting, "env" | "directory">,
): Promise<Target> {
  if (stage === undefined)
    throw bad(
      "--stage: expected the stage to work on: `local`, or the one that `npx sst shell --stage` was started for",
    )
  return stage === "local" ? readLocal(directory) : readShell(stage, env)
}

async function readLocal(directory: string): Promise<Target> {
  const text = await readFile(join(directory, localPath), "utf8").catch((cause) => {
    throw bad(`--stage local: expected \`npm run local\` to be running in this directory (${localPath})`, {
      cause,
    })
  })
  const parsed = localFile.safeParse(withApi(parseJson(text)))
  if (!parsed.success) throw bad(`${localPath}: expected what \`npm run local\` writes there`)
  return { ...targetOf(parsed.data.resources), endpoints: parsed.data.endpoints }
}

function readShell(stage: string, env: Setting["env"]): Target {
  const names = [...Object.keys(resources.shape), ...apiNames]
  const found = Object.fromEntries(names.map((name) => [name, parseJson(env[`SST_RESOURCE_${name}`] ?? "")]))
  const parsed = resources.safeParse(nameApi(found))
  if (!parsed.success) {
    const path = String(parsed.error.issues[0]?.path[0] ?? "")
    const missing = path === "Api" ? apiNames[0] : path
    throw bad(
      `--stage ${quote(stage)}: SST_RESOURCE_${missing}: expected the bindings of \`npx sst shell --stage ${stage} -- npx claimgate …\``,
    )
  }
  const target = targetOf(parsed.data)
  // A shell of one stage and a flag of another: one of them is a mistake, and nobody can say which.
  if (target.stage !== stage)
    throw bad(`--stage ${quote(stage)}: expected ${quote(target.stage)}, the stage of this \`sst shell\``)
  return { ...target, endpoints: undefined }
}

function withApi(file: unknown): unknown {
  // Any object can be read by name; what it holds is parsed after this.
  const { resources, ...rest } = (file ?? {}) as Readonly<Record<string, unknown>>
  return { ...rest, resources: nameApi((resources ?? {}) as Readonly<Record<string, unknown>>) }
}

function nameApi(found: Readonly<Record<string, unknown>>): object {
  const name = apiNames.find((one) => found[one] !== undefined)
  return name === undefined ? found : { ...found, Api: found[name] }
}

function targetOf(found: z.infer<typeof resources>): Omit<Target, "endpoints"> {
  return {
    stage: found.App.stage,
    api: found.Api.url.replace(/(?<!\/)\/+$/, ""),
    table: found.Permissions.name,
    region: found.UserPool.id.split("_")[0] ?? "",
    userPoolId: found.UserPool.id,
    clientId: found.WebClient.id,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function bad(message: string, options?: ErrorOptions): ClaimgateError {
  return new ClaimgateError("malformed_configuration", message, options)
}
