/** `.claimgate/local.json`: where the running stack is, for the command line's `--stage local`. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type Addresses, resourcesOf } from "./bindings.ts"
import { poolId, webClientId } from "./identity.ts"

/** In the directory that the stack was started in; git ignores it. */
const path = ".claimgate/local.json"

/** Addresses of the stand-ins, and of the default door. */
export interface StackAddresses extends Addresses {
  readonly doors: { readonly hybrid: string }
}

/** Writes the file, with what `sst shell` would say of a deployed stage; gives what takes it away again. */
export async function writeStackFile(
  addresses: StackAddresses,
  directory: string = process.cwd(),
): Promise<() => Promise<void>> {
  const file = join(directory, path)
  const text = `${JSON.stringify({ stage: "local", ...describeStack(addresses) }, null, 2)}\n`
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return async () => {
    // Another stack, started here in the meantime, has written what holds now.
    if ((await readFile(file, "utf8").catch(() => "")) === text) await rm(file, { force: true })
  }
}

function describeStack(addresses: StackAddresses) {
  const { App, Permissions, Tokens } = resourcesOf(addresses)
  return {
    resources: {
      ...{ App, Permissions, Tokens },
      UserPool: { id: poolId },
      WebClient: { id: webClientId },
      HybridApi: { url: addresses.doors.hybrid },
    },
    endpoints: { dynamodb: addresses.dynamo, cognito: addresses.userPool },
  }
}
