import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { createMemoryStore } from "@claimgate/store"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { functionsOf } from "./bindings.ts"
import { installClock } from "./clock.ts"
import { createEvidence } from "./evidence.ts"
import type { RequestLogEntry } from "./gateway/request-log.ts"
import { poolId } from "./identity.ts"
import { type FunctionConfig, type RunningFunction, startFunction } from "./lambda/running-function.ts"
import { callOperation } from "./pool/index.ts"
import { choosePorts } from "./ports.ts"
import { type Stack, startStack } from "./stack.ts"
import { type Step, tellStory } from "./story.ts"
import { watchSources } from "./watch.ts"

const root = fileURLToPath(new URL("../../../", import.meta.url))

describe("a running stack", () => {
  let stack: Stack
  const evidence = createEvidence(() => undefined)

  beforeAll(async () => {
    stack = await startStack({ onLine: evidence.line, onRequest: evidence.request })
  })
  afterAll(() => stack.close())

  it("tells its story, and every step goes as it should", async () => {
    const steps: Step[] = []
    for await (const step of tellStory(stack, evidence)) steps.push(step)
    expect(steps.filter((step) => !step.ok)).toEqual([])
    expect(steps.length).toBeGreaterThanOrEqual(22)
  })

  it("answers a request that no route takes like AWS", async () => {
    const response = await fetch(`${stack.addresses.httpApi}/nowhere`)
    expect([response.status, await response.json()]).toEqual([404, { message: "Not Found" }])
  })

  it("gives each function its own bindings and no other", async () => {
    const { dynamo, userPool } = stack.addresses
    const bindingsOf = async ({ environment }: { environment: FunctionConfig["environment"] }) =>
      Object.keys(await environment).filter((name) => name.startsWith("SST_RESOURCE_"))
    const { trigger, authorizer, backend } = functionsOf(Promise.resolve({ dynamo, userPool }))
    expect(await bindingsOf(trigger)).toEqual(["SST_RESOURCE_App", "SST_RESOURCE_Permissions"])
    expect(await bindingsOf(authorizer)).toEqual(["SST_RESOURCE_App", "SST_RESOURCE_Tokens"])
    expect(await bindingsOf(backend)).toEqual(["SST_RESOURCE_App", "SST_RESOURCE_Permissions"])
    const sources = stack.functions.authorizer.sources()
    expect(sources.some((file) => file.includes("/packages/store/"))).toBe(false)
  })
})

describe("a data directory", () => {
  it("keeps users, keys, permissions and data over a restart", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "claimgate-test-"))
    try {
      const before = await startStack({ dataDir })
      const ben = await before.subject("ben@example.com")
      await before.store.putMember({ subject: ben, roles: ["editor"], permissions: [], disabled: false }, 1)
      const user = (email: string) => ({ UserPoolId: poolId, Username: email })
      const eveIs = [{ Name: "email", Value: "eve@example.com" }]
      const eve = { ...user("eve@example.com"), UserAttributes: eveIs, MessageAction: "SUPPRESS" }
      await callOperation(before.identity.pool, "AdminCreateUser", eve)
      await callOperation(before.identity.pool, "AdminDeleteUser", user("dan@example.com"))
      const sub = await before.subject("eve@example.com")
      await Promise.all([before.identity.save(), before.identity.save()])
      const kids = before.identity.pool.keys.map((key) => key.kid)
      await before.close()
      const after = await startStack({ dataDir })
      try {
        expect(await after.subject("ben@example.com")).toBe(ben)
        expect(await after.subject("eve@example.com")).toBe(sub)
        await expect(after.subject("dan@example.com")).rejects.toThrow("User does not exist.")
        expect(after.identity.pool.keys.map((key) => key.kid)).toEqual(kids)
        expect((await after.store.load(ben)).member).toMatchObject({ roles: ["editor"], version: 2 })
      } finally {
        await after.close()
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true })
    }
  })

  it("whose parent does not exist is refused in one line", async () => {
    await expect(startStack({ dataDir: "/proc/claimgate/x" })).rejects.toThrow(
      /^--data \/proc\/claimgate\/x: expected a directory/,
    )
  })

  const other = ["{", "{}", "null", "[]", '{"machineSecret":"s","pool":{}}']
  it.each(other)("that holds `%s` is refused in one line, and nothing is left running", async (text) => {
    const dataDir = await mkdtemp(join(tmpdir(), "claimgate-test-"))
    await writeFile(join(dataDir, "user-pool.json"), text)
    await expect(startStack({ dataDir })).rejects.toThrow(
      /user-pool\.json: expected a user pool as `--data` keeps it$/,
    )
    await rm(dataDir, { recursive: true, force: true })
  })

  it("that is a file is refused in one line", async () => {
    const dataDir = fileURLToPath(import.meta.url)
    const message = `--data ${dataDir}: expected a directory`
    await expect(startStack({ dataDir })).rejects.toMatchObject({
      code: "malformed_input",
      message: expect.stringContaining(message),
    })
  })
})

describe("ports", () => {
  /** Holds a port, a free one for 0, while `work` runs; one that another process holds is taken all the same. */
  const taken = async (wanted: number, work: (port: number) => Promise<void>): Promise<void> => {
    const server = createServer()
    const port = await new Promise<number>((resolve, reject) => {
      server.once("error", (fault: NodeJS.ErrnoException) =>
        fault.code === "EADDRINUSE" ? resolve(wanted) : reject(fault),
      )
      server.listen(wanted, "127.0.0.1", () => {
        const address = server.address()
        resolve(typeof address === "object" && address !== null ? address.port : 0)
      })
    })
    await work(port).finally(() => server.close())
  }

  it("a chosen one that is taken is named", async () => {
    await taken(0, async (port) => {
      await expect(choosePorts(port)).rejects.toThrow(`--port ${port}: port ${port} is taken`)
    })
  })

  it.each([4700, 4701, 4702])("%i, a usual one, that is taken means other ones", async (usual) => {
    await taken(usual, async () => {
      expect(await choosePorts(undefined)).toEqual({ httpApi: 0, userPool: 0, dynamo: 0 })
    })
  })
})

describe("the command line", () => {
  const run = (...args: string[]) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = spawn(process.execPath, ["--import", "tsx", "packages/local/src/main.ts", ...args], {
        cwd: root,
      })
      let [out, err] = ["", ""]
      child.stdout.on("data", (text) => {
        out += text
        // Up: the last line of the welcome was printed.
        if (text.includes("Ctrl-C stops") && !args.includes("--import")) child.kill("SIGINT")
      })
      child.stderr.on("data", (text) => {
        err += text
      })
      child.on("close", (code) => resolve({ code, out, err }))
    })

  it("refuses a wrong flag in one line and the usage, with exit code 2", async () => {
    const { code, out, err } = await run("--prot", "1")
    expect([code, out]).toEqual([2, ""])
    expect(err).toMatch(/^local: Unknown option '--prot'.*\nusage: npm run local .*\n$/)
  })

  it("prints its flags", async () => {
    const { code, out } = await run("--help")
    expect([code, out.split("\n").length]).toEqual([0, 9])
  })

  // Readable by its mode, and fails in the middle: Linux only.
  it.runIf(existsSync("/proc/self/mem"))("stops when an import fails half-way", async () => {
    const { code, err } = await run("--import", "/proc/self/mem")
    expect(code).toBe(1)
    expect(err).toMatch(/^local: .*\n$/)
  })

  it("starts, says what to try, and stops cleanly on Ctrl-C", async () => {
    const { code, out, err } = await run()
    expect([code, err]).toEqual([0, ""])
    expect(out).toMatch(/HTTP API {4}http:\/\/127\.0\.0\.1:\d+/)
    expect(out).toContain("ben@example.com    Local-ben-1")
    expect(out.trimEnd().endsWith("stopping")).toBe(true)
  })

  it("prints the tour as one JSON document", async () => {
    const { code, out } = await run("--tour", "--json")
    const report = JSON.parse(out)
    expect([code, report.ok]).toEqual([0, true])
    expect(report.memory).toBeLessThan(300)
  })
})

describe("a function without its configuration", () => {
  const complete = functionsOf(
    Promise.resolve({ dynamo: "http://127.0.0.1:1", userPool: "http://127.0.0.1:2" }),
  )
  const rows: readonly (readonly [keyof typeof complete, string, string])[] = [
    ["trigger", "SST_RESOURCE_Permissions", "Permissions"],
    ["authorizer", "SST_RESOURCE_Tokens", "Tokens"],
    ["authorizer", "AUTH_STRATEGY", "AUTH_STRATEGY"],
    ["backend", "SST_RESOURCE_Permissions", "Permissions"],
    ["backend", "AUTH_STRATEGY", "AUTH_STRATEGY"],
  ]
  it.each(rows)("%s crashes at load, without %s", async (name, variable, said) => {
    const clock = installClock()
    try {
      const { [variable]: _, ...environment } = await complete[name].environment
      const start = startFunction({ ...complete[name], environment }, { clock, log: () => undefined })
      await expect(start).rejects.toThrow(new RegExp(`^function \`${name}\` crashed at load: .*${said}`))
    } finally {
      clock.uninstall()
    }
  })
})

describe("a function in its thread", () => {
  const running = async (
    code: string,
    work: (one: RunningFunction, lines: readonly string[]) => Promise<void>,
  ) => {
    const lines: string[] = []
    const folder = await mkdtemp(join(root, "packages/local/.thread-"))
    const file = join(folder, "handler.ts")
    await writeFile(file, code)
    const clock = installClock()
    try {
      const config = { name: "f", entry: file.slice(root.length), environment: { ONLY: "1" }, timeout: 1000 }
      const one = await startFunction(config, { clock, log: (line) => lines.push(line) })
      await work(one, lines).finally(() => one.close())
    } finally {
      clock.uninstall()
      await rm(folder, { recursive: true, force: true })
    }
  }

  it("sees no environment but its own", async () => {
    process.env.CLAIMGATE_PARENT_ONLY = "1"
    try {
      await running("export const handler = async () => Object.keys(process.env)", async (one) => {
        expect(await one.invoke({})).toEqual({ ok: true, payload: ["ONLY"] })
      })
    } finally {
      delete process.env.CLAIMGATE_PARENT_ONLY
    }
  })

  const crashing = `console.log("loaded")
    export const handler = async ({ crash }) => {
      if (!crash) return "well"
      setTimeout(() => { throw new Error("out of order") })
      await new Promise(() => undefined)
    }`

  it("comes back after a crash, once for all who call, and says why it crashed", async () => {
    await running(crashing, async (one, lines) => {
      const crashed = await Promise.all([one.invoke({ crash: true }), one.invoke({ crash: true })])
      const exited = { ok: false, errorType: "Runtime.ExitError", errorMessage: "out of order" }
      expect(crashed).toEqual([exited, exited])
      const after = await Promise.all([one.invoke({}), one.invoke({}), one.invoke({})])
      expect(after.map((answer) => answer.ok && answer.payload)).toEqual(["well", "well", "well"])
      await vi.waitFor(() => expect(lines).toEqual(["loaded", "crashed: out of order", "loaded"]))
    })
  })

  it("starts nothing once it was closed", async () => {
    await running(crashing, async (one, lines) => {
      await vi.waitFor(() => expect(lines).toEqual(["loaded"]))
      await one.close()
      await one.reload()
      expect(await one.invoke({})).toMatchObject({ ok: false, errorType: "Runtime.ExitError" })
      expect(lines).toEqual(["loaded"])
    })
  })
})

describe("watched sources", () => {
  it("stop when what is under way has ended, and say nothing from then on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "claimgate-test-"))
    const file = join(folder, "handler.ts")
    await writeFile(file, "1")
    const events: string[] = []
    const slow: RunningFunction = {
      name: "f",
      sources: () => [file],
      invoke: async () => ({ ok: true, payload: null }),
      async reload() {
        events.push("started")
        await new Promise((resolve) => setTimeout(resolve, 100))
        events.push("ended")
        throw new Error("does not load")
      },
      close: async () => undefined,
    }
    // No route changes here, so the store is not asked.
    const store = createMemoryStore()
    const functions = { trigger: slow, authorizer: slow, backend: slow }
    const stop = watchSources({ functions, store, deployRoutes: () => undefined }, (line) =>
      events.push(line),
    )
    await writeFile(file, "2")
    await vi.waitFor(() => expect(events).toEqual(["started"]))
    await stop()
    expect(events).toEqual(["started", "ended"])
    await rm(folder, { recursive: true, force: true })
  })
})

describe("evidence", () => {
  const entry: RequestLogEntry = {
    api: "a",
    requestId: "r",
    method: "GET",
    path: "/",
    routeKey: null,
    status: 403,
    authorizer: "called",
    cache: "miss",
    error: "forbidden",
    milliseconds: { total: 1, authorizer: 1, integration: 0 },
  }

  it("waits for the line of who was called", async () => {
    const evidence = createEvidence(() => undefined)
    evidence.request(entry)
    const about = evidence.about("r")
    const line = JSON.stringify({ requestId: "r", decision: "refused", because: "no_permission" })
    setTimeout(() => evidence.line("authorizer", line), 100)
    expect(await about).toBe("authorizer: refused, no_permission")
  })

  it("waits for nobody where only the gateway spoke", async () => {
    const evidence = createEvidence(() => undefined)
    evidence.request({ ...entry, authorizer: "none", error: "unauthorized" })
    const started = performance.now()
    expect(await evidence.about("r")).toBe("gateway: unauthorized")
    expect(performance.now() - started).toBeLessThan(100)
  })
})

describe("a function whose code changes", () => {
  it("is reloaded, and keeps its old code where the new one does not load", async () => {
    const lines: string[] = []
    const folder = await mkdtemp(join(root, "packages/local/.reload-"))
    const file = join(folder, "handler.ts")
    const answering = (text: string) => writeFile(file, `export const handler = async () => "${text}"`)
    await answering("one")
    const clock = installClock()
    try {
      const entry = file.slice(root.length)
      const running = await startFunction(
        { name: "f", entry, environment: {}, timeout: 1000 },
        { clock, log: (l) => lines.push(l) },
      )
      const first = await running.invoke({})
      await answering("two")
      await running.reload()
      const second = await running.invoke({})
      await writeFile(file, "export const handler = 7")
      await expect(running.reload()).rejects.toThrow(
        "function `f` crashed at load: expected the module to export `handler`",
      )
      const third = await running.invoke({})
      expect([first, second, third].map((answer) => answer.ok && answer.payload)).toEqual([
        "one",
        "two",
        "two",
      ])
      await running.close()
      expect(await readFile(file, "utf8")).toContain("7")
    } finally {
      clock.uninstall()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
