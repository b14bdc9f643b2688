/** `.claimgate/local.json`: where the running stack is, for the command line's `--stage local` and for `npm run local:shell`. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type StageAddresses, stageEnvironment, stageResources } from "./bindings.ts"

/** In the directory that the stack was started in; git ignores it. */
const path = ".claimgate/local.json"

/** Writes the file, with what `sst shell` would say of a deployed stage; gives what takes it away again. */
export async function writeStackFile(
  addresses: StageAddresses,
  directory: string = process.cwd(),
): Promise<() => Promise<void>> {
  const file = join(directory, path)
  const text = `${JSON.stringify({ stage: "local", ...describeStack(addresses) }, null, 2)}\n`
  await mkdir(dirname(file), { recursive: true })
  // Taken away first: a mode is given to a new file only. The machine client's secret is in it.
  await rm(file, { force: true })
  await writeFile(file, text, { mode: 0o600 })
  return async () => {
    // Another stack, started here in the meantime, has written what holds now.
    if ((await readFile(file, "utf8").catch(() => "")) === text) await rm(file, { force: true })
  }
}

function describeStack(addresses: StageAddresses) {
  return {
    resources: stageResources(addresses),
    endpoints: { dynamodb: addresses.dynamo, cognito: addresses.userPool },
    environment: stageEnvironment(addresses),
  }
}
