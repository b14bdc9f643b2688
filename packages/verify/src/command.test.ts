import { describe, expect, it } from "vitest"
import { asExpected, type Check, judge } from "./check.ts"
import { type CommandDeps, run } from "./command.ts"

const bindings = {
  SST_RESOURCE_App: '{"name":"claimgate","stage":"dev"}',
  SST_RESOURCE_UserPool: '{"id":"eu-west-1_Test1"}',
  SST_RESOURCE_WebClient: '{"id":"web"}',
  SST_RESOURCE_Permissions: '{"name":"table"}',
  SST_RESOURCE_Tokens:
    '{"issuer":"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Test1","clientIds":["web"],"tokenUse":"access"}',
  SST_RESOURCE_HybridApi: '{"url":"https://abc.execute-api.eu-west-1.amazonaws.com/"}',
}

const check = (id: string, look: Check["look"]): Check => ({
  ...{ id, area: "HTTP API", item: "an item", expected: "yes", otherwise: "nothing" },
  look,
})
const fine = check("http-one", async ({ stage }) => asExpected(stage.name))
const wrong = check("http-two", async () => judge(false, "no", true))

async function verify(args: readonly string[], more: Partial<CommandDeps> = {}) {
  const said: string[] = []
  const programs: string[][] = []
  const code = await run(args, {
    ...{ environment: bindings, progress: () => undefined, isStopped: () => false, checks: [fine] },
    out: (text) => void said.push(text),
    self: ["node", "--flag", "main.ts"],
    runProgram: async (command, given) => {
      programs.push([command, ...given])
      return 7
    },
    ...more,
  })
  return { code, said: said.join(""), programs }
}

describe("a stage that the environment does not know", () => {
  it("is asked under `sst shell`, by this very program, whose exit code counts", async () => {
    expect(await verify(["--stage", "dev", "--json"], { environment: {} })).toEqual({
      ...{ code: 7, said: "" },
      programs: [
        [
          "npx",
          "sst",
          "shell",
          "--stage",
          "dev",
          "--",
          "node",
          "--flag",
          "main.ts",
          "--stage",
          "dev",
          "--json",
        ],
      ],
    })
  })

  it("is another one than the environment's: nobody is asked", async () => {
    await expect(verify(["--stage", "prod"])).rejects.toThrow(
      "--stage `prod`: expected `dev`, which the environment is bound to",
    )
    await expect(verify(["--stage", "local"])).rejects.toThrow("--stage `local`: expected `dev`")
  })

  it("is not guessed from half of its bindings", async () => {
    const { SST_RESOURCE_UserPool: _, ...half } = bindings
    await expect(verify([], { environment: half })).rejects.toThrow(
      "SST_RESOURCE_UserPool: expected a binding",
    )
  })
})

describe("the stage that the environment is bound to", () => {
  it.each([[[]], [["--stage", "dev"]]])("is asked with %j", async (args) => {
    const { code, said, programs } = await verify(args)
    expect([code, programs]).toEqual([0, []])
    expect(said).toContain("Stage dev\n\nHTTP API\n  as expected    http-one: an item\n")
  })

  it("is told as JSON", async () => {
    const { said } = await verify(["--json"])
    expect(JSON.parse(said)).toEqual({
      ...{ stage: "dev", unasked: 0, left: [] },
      rows: [
        {
          ...{ id: "http-one", area: "HTTP API", item: "an item", expected: "yes", otherwise: "nothing" },
          ...{ verdict: "as expected", seen: "dev", alarming: false },
        },
      ],
    })
  })

  it("that has something alarming is exit code 1", async () => {
    expect(await verify([], { checks: [fine, wrong] })).toMatchObject({ code: 1 })
  })

  it("and of which not everything was seen, too", async () => {
    const { code, said } = await verify([], { checks: [fine], isStopped: () => true })
    expect([code, said]).toEqual([1, expect.stringContaining("1 rows: 1 not asked.")])
  })
})

describe("usage", () => {
  it("is printed", async () => {
    const { code, said } = await verify(["--help", "--stage", "prod"])
    expect([code, said]).toEqual([0, expect.stringContaining("--stage NAME")])
  })

  it.each([
    [["--stage"], "--stage"],
    [["--stage", ""], "--stage: expected a name"],
    [["--stage", "a b"], "--stage: expected a name"],
    [["--stage=-x"], "usage"],
    [["--stage", "$(id)"], "--stage: expected a name"],
    [["--stages", "dev"], "--stages"],
    [["dev"], "dev"],
    [["--json=yes"], "--json"],
  ])("is told for %j", async (args, message) => {
    const fault = await verify(args).catch((one: unknown) => one)
    expect(fault).toMatchObject({ code: "malformed_input", message: expect.stringContaining(message) })
    expect(fault).toMatchObject({ message: expect.stringContaining("usage: npm run verify") })
  })
})
