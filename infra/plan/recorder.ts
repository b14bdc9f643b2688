/**
 * Runs inside of the recorded process, bundled together with sst.config.ts: stands in for Pulumi's engine and for
 * SST's command line, and writes down what they are asked for. Imports nothing that SST would have to bundle.
 */
import crypto from "node:crypto"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { answerCall, answerResource } from "./answers.ts"
import type { Plan, Planned, PlannedFunction } from "./plan.ts"

/** What the recorded process is told, as JSON in `CLAIMGATE_PLAN`. */
export interface Recording {
  /** The folder that holds sst.config.ts and infra/. */
  readonly root: string
  /** The repository, in which handlers are looked for. */
  readonly repository: string
  readonly platform: string
  readonly work: string
  readonly stage: string
  readonly dev: boolean
  /** The file that the plan is written to, as JSON. */
  readonly out: string
}

/** sst.config.ts, as far as the command line looks at it. */
interface Config {
  app(input: { stage: string }): object | Promise<object>
  run(): Promise<unknown>
}

/** The part of `@pulumi/pulumi`'s `runtime` that is replaced or needed here. */
interface PulumiRuntime {
  setMocks(mocks: object, project: string, stack: string): Promise<void>
  getMonitor(): object | undefined
  runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>
}

/** A request to register a resource, as Pulumi's generated protocol classes show it. */
interface RegisterRequest {
  getType(): string
  getName(): string
  getParent(): string
  getDependenciesList(): string[]
  getProtect(): boolean
  getRetainondelete(): boolean
}
interface OutputsRequest {
  getUrn(): string
  getOutputs(): { toJavaScript(): Record<string, unknown> }
}
interface RegisterResponse {
  getUrn(): string
}
type Reply<Response> = (error: Error | null, response: Response) => void
interface Monitor {
  registerResource(request: RegisterRequest, reply: Reply<RegisterResponse>): void
  registerResourceOutputs(request: OutputsRequest, reply: Reply<object>): void
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

/** Runs the app as `sst deploy` (or, with `dev`, as `sst dev`) would, and writes the plan when all is settled. */
export async function record(
  runtime: PulumiRuntime,
  config: Config,
  start: (program: () => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const recording = JSON.parse(process.env.CLAIMGATE_PLAN ?? "") as Recording
  const plan = { resources: [] as Planned[], functions: [] as PlannedFunction[], links: {}, outputs: {} }
  foretell()
  await serve(recording, plan.functions)
  await setGlobals(recording, config)
  await watch(runtime, plan)
  process.on("beforeExit", () => {
    writeFileSync(recording.out, JSON.stringify(plan satisfies Plan))
    process.exit(0)
  })
  await runtime.runInPulumiStack(() => start(() => config.run()))
}

/** Physical names end in eight random letters, made from random bytes: here always the same. */
function foretell(): void {
  Object.assign(crypto, { randomBytes: (size: number) => Buffer.alloc(size) })
}

/** The command line's constants. It puts them in while bundling; as globals, one bundle serves all variants. */
async function setGlobals({ root, platform, work, stage, dev }: Recording, config: Config): Promise<void> {
  const app = await config.app({ stage })
  const paths = { home: work, root, work, platform }
  Object.assign(globalThis, {
    $dev: dev,
    $cli: { command: dev ? "dev" : "deploy", rpc: "", paths, state: { version: {} } },
    $app: { removal: "retain", protect: false, ...app, stage },
  })
}

/** Puts Pulumi's own mocks in place of its engine, and listens to what is said to them. */
async function watch(runtime: PulumiRuntime, plan: Plan): Promise<void> {
  const inputsOf = new Map<string, Record<string, unknown>>()
  const mocks = {
    newResource: ({
      type,
      name,
      inputs,
    }: {
      type: string
      name: string
      inputs: Record<string, unknown>
    }) => {
      inputsOf.set(`${type} ${name}`, inputs)
      return answerResource(type, name, inputs)
    },
    call: ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) =>
      answerCall(token, inputs),
  }
  await runtime.setMocks(mocks, "claimgate", "plan")
  // Pulumi's MockMonitor has both methods, and passes requests of the protocol's classes.
  const monitor = runtime.getMonitor() as Monitor
  const { registerResource, registerResourceOutputs } = monitor
  monitor.registerResource = (request, reply) =>
    registerResource.call(monitor, request, (error, response) => {
      if (error === null) add(plan, request, response.getUrn(), inputsOf)
      reply(error, response)
    })
  monitor.registerResourceOutputs = (request, reply) => {
    addOutputs(plan, request)
    registerResourceOutputs.call(monitor, request, reply)
  }
}

function add(
  plan: Writable<Plan>,
  request: RegisterRequest,
  urn: string,
  inputsOf: ReadonlyMap<string, Record<string, unknown>>,
): void {
  const parent = request.getParent()
  const planned: Planned = {
    type: request.getType(),
    name: request.getName(),
    urn,
    ...(parent === "" ? {} : { parent }),
    inputs: inputsOf.get(`${request.getType()} ${request.getName()}`) ?? {},
    dependsOn: request.getDependenciesList().toSorted(),
    protect: request.getProtect(),
    retain: request.getRetainondelete(),
  }
  plan.resources = [...plan.resources, planned]
}

/** SST tells its command line about links, and Pulumi its stack's outputs, as the outputs of a component. */
function addOutputs(plan: Writable<Plan>, request: OutputsRequest): void {
  const outputs = request.getOutputs().toJavaScript()
  const [, , type = ""] = request.getUrn().split("::")
  if (type.endsWith("pulumi:pulumi:Stack")) plan.outputs = outputs
  if (type.endsWith("sst:sst:LinkRef"))
    plan.links = {
      ...plan.links,
      [String(outputs.target)]: outputs.properties as Record<string, unknown>,
    }
}

/** The command line's JSON-RPC server, as far as the components call it. Ends with the process. */
async function serve(recording: Recording, functions: PlannedFunction[]): Promise<void> {
  const server = createServer((request, response) => {
    let body = ""
    request.on("data", (chunk) => (body += chunk))
    request.on("end", () => {
      const { method, params } = JSON.parse(body) as { method: string; params: [Record<string, unknown>] }
      // A connection that is kept open would keep the process alive.
      response.setHeader("connection", "close").end(JSON.stringify(answerRpc(method, params[0])))
    })
  })
  const answerRpc = (method: string, input: Record<string, unknown>) => {
    if (method === "Provider.Aws.Bootstrap") return { result: { asset: "sst-asset", state: "sst-state" } }
    if (method === "Provider.Aws.Appsync")
      return { result: { http: "events.example.com", realtime: "events.example.com" } }
    if (method !== "Runtime.Build" && method !== "Runtime.AddTarget")
      return { error: `plan: expected a known call of the command line, got \`${method}\`` }
    functions.push(functionOf(input))
    return method === "Runtime.AddTarget" ? { result: true } : build(recording, input)
  }
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening))
  server.unref()
  // A server that listens on a port has such an address.
  process.env.SST_SERVER = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function functionOf(input: Record<string, unknown>): PlannedFunction {
  return {
    name: String(input.functionID),
    handler: String(input.handler),
    runtime: String(input.runtime),
    live: input.dev === true,
    links: linksOf(input.links as PlannedFunction["links"]),
  }
}

/** Below a real engine, the type of a component at the top does not begin with the stack's; SST 3 writes it with colons. */
function linksOf(links: PlannedFunction["links"]): PlannedFunction["links"] {
  return Object.fromEntries(
    Object.entries(links).map(([name, { type, ...link }]) => [
      name,
      { type: String(type).replaceAll(":", ".").replace("pulumi.pulumi.Stack$", ""), ...link },
    ]),
  )
}

/** A bundle that is an empty file: what is inside of a function is not this test's question. */
function build({ repository, work }: Recording, { functionID, handler }: Record<string, unknown>) {
  const [file = ""] = String(handler).split(/\.(?=\w+$)/)
  if (!existsSync(join(repository, `${file}.ts`))) return { error: `handler not found: \`${handler}\`` }
  const out = join(work, "build", String(functionID))
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, "bundle.mjs"), "")
  return {
    result: { handler: `bundle${String(handler).slice(file.length)}`, out, errors: [], sourcemaps: [] },
  }
}
