import { spawn } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { functionsOf } from "./bindings.ts"
import { installClock } from "./clock.ts"
import { createEvidence } from "./evidence.ts"
import { startFunction } from "./lambda/running-function.ts"
import { anyPorts, choosePorts } from "./ports.ts"
import { type Stack, startStack } from "./stack.ts"
import { type Step, tellStory } from "./story.ts"

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
    const [authorizer, trigger] = [stack.functions.authorizer, stack.functions.trigger]
    expect(authorizer.sources().some((file) => file.includes("/packages/store/"))).toBe(false)
    expect(trigger.sources().some((file) => file.includes("/packages/store/"))).toBe(true)
  })
})

describe("a data directory", () => {
  it("keeps users, keys, permissions and data over a restart", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "claimgate-test-"))
    try {
      const before = await startStack({ dataDir })
      const ben = await before.subject("ben@example.com")
      await before.store.putMember({ subject: ben, roles: ["editor"], permissions: [], disabled: false }, 1)
      const kids = before.identity.pool.keys.map((key) => key.kid)
      await before.close()
      const after = await startStack({ dataDir })
      try {
        expect(await after.subject("ben@example.com")).toBe(ben)
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

  it("that holds something else is refused in one line, and nothing is left running", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "claimgate-test-"))
    await writeFile(join(dataDir, "user-pool.json"), "{")
    await expect(startStack({ dataDir })).rejects.toThrow(/user-pool\.json: expected a user pool/)
    await rm(dataDir, { recursive: true, force: true })
  })
})

describe("ports", () => {
  const taken = async <T>(work: (port: number) => Promise<T>): Promise<T> => {
    const server = createServer()
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resolve(typeof address === "object" && address !== null ? address.port : 0)
      })
    })
    try {
      return await work(port)
    } finally {
      server.close()
    }
  }

  it("a chosen one that is taken is named", async () => {
    await taken(async (port) => {
      await expect(choosePorts(port)).rejects.toThrow(`--port ${port}: port ${port} is taken`)
    })
  })

  it("a usual one that is taken means other ones", async () => {
    const usual = await choosePorts(undefined)
    expect([4700, 0]).toContain(usual.httpApi)
    expect(anyPorts.httpApi).toBe(0)
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
        if (text.includes("Ctrl-C stops")) child.kill("SIGINT")
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
