/**
 * The story that the tour tells, with real parts: the AWS SDK signs in, the deployed handlers decide, and every
 * step says what should happen before it looks.
 */
import { doors, promiseOf } from "../doors.ts"
import type { Evidence } from "../evidence.ts"
import type { Stack } from "../stack.ts"
import { type Call, type Calls, createCalls } from "./calls.ts"
import { createGrants, type Grants } from "./grants.ts"
import { createSessions, type Sessions } from "./sessions.ts"
import type { Step } from "./step.ts"
import { type Tokens, tampered } from "./tokens.ts"
import { type Awaited, callUntil } from "./until.ts"

/** Whom the story is told with; chapters hand on what they come to know. */
interface Cast extends Calls, Sessions, Grants {
  /** Keeps calling, until that is the answer. */
  until(title: string, call: Call, awaited: Awaited): Promise<Step>
}

/** What a chapter tells, and what the next ones take up. */
type Chapter<T> = AsyncGenerator<Step, T>

/** Tells the story at the hybrid door, step by step. */
export async function* tellStory(stack: Stack, evidence: Evidence): AsyncGenerator<Step> {
  const calls = createCalls(stack.addresses.doors.hybrid, evidence)
  const counted = { send: calls.send, clock: stack.clock, laterReads: () => stack.laterReads("hybrid") }
  const cast: Cast = {
    ...calls,
    ...createSessions(stack),
    ...createGrants(stack),
    until: (title, call, awaited) => callUntil(title, call, awaited, counted),
  }
  const ben = yield* aReader(cast)
  const report = yield* anEditor(cast, ben)
  const fresh = yield* aGrantAndARevoke(cast, ben, report)
  yield* aMachine(cast)
  stack.clock.advance(16 * 60_000)
  yield await cast.call(
    "Sixteen minutes later (simulated) Ben's token has expired",
    get("/api/reports", fresh),
    refused(401, "expired"),
  )
}

async function* aReader({ call, signIn }: Cast): Chapter<Tokens> {
  yield await call("Anyone may ask whether the API is well", get("/health"), { status: 200 })
  yield await call("Nobody else gets in without a token", get("/api/reports"), { status: 401 })
  const { step, tokens } = await signIn("ben@example.com", "reader")
  yield step
  yield await call(
    "Ben is a reader: his token says so, and the change feed, read once for everybody, knows of nothing newer",
    get("/api/reports", tokens),
    { status: 200, storeReads: 1 },
  )
  yield await call("From then on no database is asked for permissions", get("/api/users", tokens), {
    status: 200,
    storeReads: 0,
  })
  const deletion = { method: "DELETE", path: "/api/reports/1", tokens }
  yield await call("A reader deletes nothing", deletion, refused(403, "no_permission"))
  yield await call(
    "One route was taken away from readers again",
    get("/api/users/export", tokens),
    refused(403, "no_permission"),
  )
  yield await call(
    "A path that two programs could read differently is nobody's",
    get("/api/devices/1/files/..%2F..%2Fusers", tokens),
    refused(403, "bad_path"),
  )
  yield await call(
    "A token that was changed is no token",
    get("/api/reports", tampered(tokens)),
    refused(401, "bad_signature"),
  )
  return tokens
}

/** Returns the path of what was written. */
async function* anEditor({ call, write, signIn }: Cast, ben: Tokens): Chapter<string> {
  const { step, tokens } = await signIn("cleo@example.com", "editor,reader")
  yield step
  const body = { title: "Q3", text: "All is well." }
  const written = await write("Cleo is an editor too: she writes a report", "/api/reports", tokens, body)
  yield written.step
  const report = `/api/reports/${written.id}`
  yield await call(
    "What she wrote, Ben reads; the store confirms his token, as this route asks for",
    get(report, ben),
    { status: 200, because: "(store)", storeReads: 1 },
  )
  yield await call(
    "Deleting reports was taken away from her alone",
    { method: "DELETE", path: report, tokens },
    refused(403, "no_permission"),
  )
  return report
}

async function* aGrantAndARevoke(
  { call, until, refresh, grant, revoke }: Cast,
  ben: Tokens,
  report: string,
): Chapter<Tokens> {
  const comment = { method: "POST", path: `${report}/comments`, body: { text: "Well done." } }
  const within = promiseOf(doors.hybrid, "token")
  yield await call("A reader adds no comments", { ...comment, tokens: ben }, refused(403, "no_permission"))
  yield await grant("Ben is made an editor, and goes on calling", "ben@example.com", "editor")
  yield await until(
    "The grant reaches him, without a new token",
    { ...comment, tokens: ben },
    { status: 201, within },
  )
  const { step, tokens } = await refresh("He refreshes it, without signing in again", ben, "editor,reader")
  yield step
  yield await call(
    "The new one says so itself",
    { ...comment, tokens },
    { status: 201, because: "authorizer: allowed" },
  )
  yield await revoke("The same role is taken away again, and he goes on calling", "ben@example.com", "editor")
  yield await call(
    "Where a route asks the store, an old token helps nobody",
    { method: "POST", path: `${report}/publish`, tokens },
    { ...refused(403, "no_permission (store)"), storeReads: 1 },
  )
  yield await until(
    "Everywhere else the revoke reaches him, too",
    { ...comment, tokens },
    { status: 403, within },
  )
  return tokens
}

async function* aMachine({ call, machineSignIn }: Cast): Chapter<void> {
  const { step, tokens } = await machineSignIn("A machine signs in with client credentials", "guest")
  yield step
  yield await call("It may list reports", get("/api/reports", tokens), { status: 200 })
  yield await call("It may not read users", get("/api/users", tokens), refused(403, "no_permission"))
}

function get(path: string, tokens?: Tokens) {
  return { method: "GET", path, tokens }
}

function refused(status: 401 | 403, because: string) {
  return { status, because }
}
