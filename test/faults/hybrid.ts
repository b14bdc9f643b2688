/** The hybrid door as it is deployed: authorizer and backend are processes, each with a proxy of its own to the table. */
import { createIssuer } from "../../packages/authorizer/test/issuer.ts"
import { type Ask, deployedAt, openBackend, startApi, tokenOf } from "./api.ts"
import { type KeyServer, startKeyServer } from "./key-server.ts"
import { type PermissionTable, startPermissionTable } from "./permission-table.ts"
import { type FunctionProcess, functionProcess } from "./process.ts"
import { startProxy, type TcpProxy } from "./proxy.ts"

export interface Hybrid {
  readonly keys: KeyServer
  readonly table: PermissionTable
  /** Between the table and each function. */
  readonly before: Readonly<Record<"authorizer" | "backend", TcpProxy>>
  readonly authorizer: FunctionProcess
  readonly backend: FunctionProcess
  readonly ask: Ask
  /** A backend that lets everybody in, and a way to ask it through the same authorizer. */
  readonly inside: ReturnType<typeof openBackend>
  readonly askInside: Ask
  /** A token that was signed by the key that is published; `claims` replaces fields. */
  token(claims: Readonly<Record<string, unknown>>): string
  /** What the subject would get if it signed in now. */
  tokenFor(subject: string, claims?: Readonly<Record<string, unknown>>): Promise<string>
  stop(): Promise<void>
}

/** Starts it over the local stack's seeded roles and people; a function's process starts with the first call. */
export async function startHybrid(): Promise<Hybrid> {
  const signer = createIssuer(Date.now)
  const [keys, table] = await Promise.all([startKeyServer(signer.jwks), startPermissionTable()])
  const proxy = () => startProxy(table.dynamo.endpoint)
  const before = { authorizer: await proxy(), backend: await proxy() }
  const start = async (role: "authorizer" | "backend") => {
    const addresses = { dynamo: before[role].address, userPool: keys.proxy.address }
    return functionProcess(await deployedAt("hybrid", role, addresses))
  }
  const [authorizer, backend] = [await start("authorizer"), await start("backend")]
  const inside = openBackend()
  const token = (claims: Readonly<Record<string, unknown>>) => tokenOf(signer, { ...claims })
  return {
    ...{ keys, table, before, authorizer, backend, inside, token },
    ask: startApi("hybrid", authorizer, backend),
    askInside: startApi("hybrid", authorizer, inside),
    tokenFor: async (subject, claims = {}) => token({ ...(await table.claimsOf(subject)), ...claims }),
    async stop() {
      await Promise.all([before.authorizer.stop(), before.backend.stop(), keys.stop()])
      await table.stop()
    },
  }
}
