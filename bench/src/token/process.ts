/** One process of the token bench: takes tokens, checks that everyone tells them from forged ones, times all. */
import { json } from "node:stream/consumers"
import type { AuthorizationRequest } from "@claimgate/authorizer"
import { type CompiledCatalog, loadCatalog } from "@claimgate/core"
import { type Lane, type Timing, timeLanes } from "../rounds.ts"
import { forge, type PublicJwk } from "./cognito-token.ts"
import { names } from "./names.ts"
import {
  createAuthorizer,
  createFastJwt,
  createFloor,
  createJose,
  createLibrary,
  type Verifier,
  type Work,
} from "./verifiers.ts"

export interface Task {
  readonly compiled: CompiledCatalog
  readonly key: PublicJwk
  /** Tokens of many subjects that all carry the same claim. */
  readonly alike: readonly string[]
  /** Tokens that carry a claim of their own each. */
  readonly different: readonly string[]
  /** A request that each of these tokens allows. */
  readonly request: Omit<AuthorizationRequest, "authorization">
  readonly rounds: number
}

// The parent is token.ts, which writes exactly one task.
const task = (await json(process.stdin)) as Task
process.stdout.write(JSON.stringify(await run(task)))

async function run({ compiled, key, alike, different, request, rounds }: Task): Promise<Timing[]> {
  const catalog = loadCatalog(compiled)
  const known = { catalog: () => catalog, sees: "new tokens" } as const
  const seen = { catalog: () => catalog, sees: "seen tokens" } as const
  // Claims are remembered per catalog: a copy has seen none.
  const unseen = { catalog: () => ({ ...catalog }), sees: "new tokens" } as const
  const contenders: readonly (readonly [Verifier, readonly string[], number])[] = [
    [createFloor(key), alike, rounds],
    [createLibrary(key), alike, rounds],
    [await createJose(key), alike, rounds],
    [createFastJwt(key, false), alike, rounds],
    [createAuthorizer(names.newClaim, key, request, unseen), different, rounds],
    [createAuthorizer(names.knownClaim, key, request, known), alike, rounds],
    // Quick ones: many short rounds, because what a long one is made of fits no processor's cache.
    [createFastJwt(key, true), alike.slice(0, 100), 10 * rounds],
    [createAuthorizer(names.seen, key, request, seen), alike.slice(0, 100), 10 * rounds],
  ]
  for (const [verifier, tokens] of contenders) await check(verifier, tokens)
  return timeLanes(contenders.map((contender) => laneOf(...contender)))
}

async function check(verifier: Verifier, tokens: readonly string[]): Promise<void> {
  await (await verifier.prepare(tokens))()
  const forged = await verifier.prepare(tokens.slice(0, 1).map(forge))
  const accepted = await Promise.resolve()
    .then(forged)
    .then(
      () => true,
      () => false,
    )
  if (accepted) throw new Error(`${verifier.name}: accepts a forged token`)
}

function laneOf({ name, prepare }: Verifier, tokens: readonly string[], rounds: number): Lane<Work> {
  return {
    name,
    calls: tokens.length,
    rounds,
    prepare: () => prepare(tokens),
    run: (work) => work(),
  }
}
