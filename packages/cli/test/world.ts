/** A command line in a directory of its own, with a local stack's file there, and a terminal that can be answered at. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PassThrough, Writable } from "node:stream"
import { createMemoryStore, newAttribution, type PermissionStore } from "@claimgate/store"
import { noteWritten } from "../../../test/written/capture.ts"
import { webClientId } from "../../local/src/identity.ts"
import { run } from "../src/program.ts"
import { createFakeAdminApi } from "./admin-api.ts"

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly fetch?: typeof fetch
  /** What somebody at a terminal types; nobody is there without it. */
  readonly answer?: string
  readonly colours?: boolean
  readonly progress?: boolean
  readonly now?: () => number
  readonly onInterrupt?: (listener: () => void) => void
}

export const token = "header.payload.signature"

export async function createWorld({
  dynamodb = "http://127.0.0.1:9",
  cognito = "http://127.0.0.1:9",
}: {
  readonly dynamodb?: string
  readonly cognito?: string
} = {}) {
  const directory = await mkdtemp(join(tmpdir(), "claimgate-cli-"))
  const write = (name: string, text: string) => writeFile(join(directory, name), text)
  await mkdir(join(directory, ".claimgate"))
  await write(".claimgate/local.json", JSON.stringify(stackFile({ dynamodb, cognito })))
  const store = createMemoryStore()
  const api = createFakeAdminApi(store)
  return {
    directory,
    store,
    api,
    write,
    run: (args: readonly string[], options: RunOptions = {}) =>
      runIn(directory, args, { fetch: api.fetch, ...options }),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}

export type World = Awaited<ReturnType<typeof createWorld>>

/** Ann is the administrator, ben reads, cleo has two roles. */
export async function fill(store: PermissionStore): Promise<void> {
  const by = () => newAttribution("test", "seed")
  await store.putRole({ name: "reader", permissions: ["GET:/api/reports", "GET:/api/users"] }, 0, by())
  await store.putRole({ name: "editor", permissions: ["POST:/api/reports"] }, 0, by())
  const put = (subject: string, roles: string[], permissions: string[] = []) =>
    store.putMember({ subject, roles, permissions, disabled: false }, 0, by())
  await put("ann", ["admin"])
  await put("ben", ["reader"])
  await put("cleo", ["editor", "reader"], ["!GET:/api/users"])
}

export function stackFile(endpoints: { readonly dynamodb: string; readonly cognito: string }) {
  return {
    stage: "local",
    resources: {
      App: { name: "claimgate", stage: "local" },
      Permissions: { name: "claimgate-1" },
      UserPool: { id: "eu-west-1_Local0001" },
      WebClient: { id: webClientId },
      HybridApi: { url: "http://api.test/" },
    },
    endpoints,
  }
}

async function runIn(
  directory: string,
  args: readonly string[],
  {
    env = { CLAIMGATE_TOKEN: token },
    fetch,
    answer,
    colours = false,
    progress = false,
    now = Date.now,
    onInterrupt = () => undefined,
  }: RunOptions & { fetch: typeof globalThis.fetch },
): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []]
  const input = Object.assign(new PassThrough(), { isTTY: answer !== undefined })
  input.end(answer ?? "")
  const output = new Writable({ write: (chunk, _, done) => done(void err.push(String(chunk))) })
  const code = await run(args, {
    streams: {
      out: (text) => void out.push(text),
      err: (text) => void err.push(text),
      hasColours: colours,
      hasProgress: progress,
    },
    env,
    directory,
    terminal: { input, output },
    fetch,
    now,
    onInterrupt,
  })
  noteWritten(`${out.join("")}${err.join("")}`)
  return { code, out: out.join(""), err: err.join("") }
}
