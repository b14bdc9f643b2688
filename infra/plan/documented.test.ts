/** The changes of infra/ that docs/deploy.md shows: each runs on SST's components, and compiles against them. */
import { readFileSync, rmSync } from "node:fs"
import { join, normalize } from "node:path"
import ts from "typescript"
import { expect, inject, test } from "vitest"
import { ofType, type Plan } from "./plan.ts"
import { bundleApp, type Mistake, recordPlan } from "./record.ts"

const bundle = inject("bundle")
const text = readFileSync(join(bundle.repository, "docs/deploy.md"), "utf8")

/** A whole file: a block that begins with its name. */
const files = [...text.matchAll(/^```typescript\n\/\/ (infra\/\S+)\n([\s\S]*?)^```/gm)].map(
  ([, file = "", now = ""]): Mistake => [file, readFileSync(join(bundle.repository, file), "utf8"), now],
)

/** Some lines of one. */
const edits = [...text.matchAll(/^( *)```diff\n *--- (infra\/\S+)\n([\s\S]*?)^ *```/gm)].map(
  ([, indent = "", file = "", lines = ""]): Mistake => {
    const starting = (mark: string) =>
      lines
        .split("\n")
        .map((line) => line.slice(indent.length))
        .filter((line) => line.startsWith(mark))
        .map((line) => line.slice(1))
        .join("\n")
    return [file, starting("-"), starting("+")]
  },
)

async function planWith(change: Mistake): Promise<Plan> {
  const changed = await bundleApp(bundle, [change])
  try {
    return await recordPlan(changed, { stage: "dev" })
  } finally {
    rmSync(changed.file)
  }
}

/** What the compiler has against infra/ after some changes, which are made in memory alone. */
function complaintsAfter(changes: readonly Mistake[]): readonly string[] {
  const config = join(bundle.root, "infra/tsconfig.json")
  const { options, fileNames } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    join(bundle.root, "infra"),
  )
  const host = ts.createCompilerHost(options)
  const { getSourceFile } = host
  host.getSourceFile = (name, target, ...rest) => {
    const change = changes.find(([file]) => normalize(name) === join(bundle.root, file))
    if (change === undefined) return getSourceFile(name, target, ...rest)
    return ts.createSourceFile(
      name,
      readFileSync(name, "utf8").replace(change[1], () => change[2]),
      target,
      true,
    )
  }
  const program = ts.createProgram(fileNames, options, host)
  const ours = program
    .getSourceFiles()
    .filter(({ fileName }) => normalize(fileName).startsWith(join(bundle.root, "infra/")))
  return ours
    .flatMap((source) => [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ])
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))
}

test("a user pool that is there already stays as it is, and may call the trigger", async () => {
  const [change] = files
  expect(change?.[0]).toBe("infra/identity.ts")
  const plan = await planWith(change!)
  expect(ofType(plan, "aws:cognito/userPool:UserPool")).toEqual([])
  const [web] = ofType(plan, "aws:cognito/userPoolClient:UserPoolClient").map(({ inputs }) => inputs)
  expect(web).toMatchObject({ userPoolId: "eu-west-1_AbCdEf123", writeAttributes: ["email", "name"] })
  const invokes = ofType(plan, "aws:lambda/permission:Permission").map(({ inputs }) => inputs)
  expect(invokes).toContainEqual(
    expect.objectContaining({
      principal: "cognito-idp.amazonaws.com",
      function: expect.stringContaining("PreToken"),
    }),
  )
})

test("a restored table takes the place of the one that was declared", async () => {
  const [change] = edits
  expect(change?.[0]).toBe("infra/store.ts")
  const plan = await planWith(change!)
  expect(ofType(plan, "aws:dynamodb/table:Table")).toEqual([])
  expect(ofType(plan, "aws:dynamodb/tableItem:TableItem")).toHaveLength(1)
})

test("all of them compile; what would not is noticed", { timeout: 300_000 }, () => {
  const wrong: Mistake = ["infra/release.ts", 'hashKey: "pk"', "hashKey: 5"]
  expect(complaintsAfter([...files, ...edits, wrong])).toEqual([
    expect.stringContaining("Type 'number' is not assignable"),
  ])
})
