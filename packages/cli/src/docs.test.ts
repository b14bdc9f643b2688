/** docs/cli.md: every command that it shows is one, and every command that there is is shown. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createWorld, fill, type World } from "../test/world.ts"

const text = readFileSync(fileURLToPath(new URL("../../../docs/cli.md", import.meta.url)), "utf8")
const shown = [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block = ""]) => block.split("\n"))
  .flatMap((line) => /npx claimgate ([^#|>]*)/.exec(line)?.[1]?.trim() ?? [])

let world: World
beforeAll(async () => {
  world = await createWorld()
  await fill(world.store)
})
afterAll(() => world.remove())

test.each(shown.filter((line) => !/^bootstrap|--break-glass/.test(line)))("claimgate %s", async (line) => {
  // Nobody looks anybody up here, and what is written stays in memory.
  const here = line
    .replaceAll("@example.com", "")
    .replaceAll("--stage dev", "--stage local")
    .replace(/--as \S+/, "")
  const ran = await world.run([...here.split(" ").filter((word) => word !== ""), "--yes"], {
    env: { CLAIMGATE_TOKEN: "token" },
  })
  expect(ran.err).not.toMatch(/unknown|missing required|too many|expected --stage/)
})

test("all commands are shown", async () => {
  const commandsOf = async (...path: string[]) =>
    [...(await world.run([...path, "--help"])).out.split("Commands:")[1]!.matchAll(/^ {2}([a-z-]+)/gm)]
      .map(([, name]) => [...path, name].join(" "))
      .filter((name) => !/help$/.test(name))
  const groups = ["members", "roles", "generation"]
  const all = (await Promise.all([commandsOf(), ...groups.map((group) => commandsOf(group))])).flat()
  expect(all.length).toBeGreaterThan(20)
  // `members` alone and `members list` are one, and so are `generation` and `generation show`.
  const missing = all.filter(
    (name) => !/^roles$|^members list$|^generation show$/.test(name) && !text.includes(`claimgate ${name}`),
  )
  expect(missing).toEqual([])
})
