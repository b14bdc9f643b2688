/** Subjects made for the comparison: signed up in the pool, granted in the store, with a token each. */
import { catalog } from "@claimgate/catalog"
import { expand, hasRoute, type RouteSet, routeNamed } from "@claimgate/core"
import { evaluate, type MemberDraft, newAttribution, type PermissionStore } from "@claimgate/store"
import { poolId, webClientId } from "../identity.ts"
import { callOperation, type UserPool } from "../pool/index.ts"

export interface Subject {
  readonly subject: string
  readonly token: string
  /** Whether the store grants it a route, `GET /api/users/{id}`, as it is now. */
  holds(route: string): boolean
}

/** Where subjects are made. */
export interface Population {
  readonly pool: UserPool
  readonly store: PermissionStore
}

/** What a subject is given. */
export type Grants = Pick<MemberDraft, "roles" | "permissions">

/** In turn: most read, some write, one holds nothing. */
const grants: readonly Grants[] = [
  { roles: ["reader"], permissions: [] },
  { roles: ["editor", "reader"], permissions: [] },
  { roles: ["operator"], permissions: [] },
  { roles: ["reader"], permissions: ["!GET:/api/users", "!GET:/api/users/*"] },
  { roles: ["operator", "reader"], permissions: ["!DELETE:/api/devices/{id}"] },
  { roles: [], permissions: ["GET:/api/reports", "GET:/api/reports/{id}"] },
  { roles: ["editor", "operator", "reader"], permissions: ["GET:/api/users/export"] },
  { roles: [], permissions: [] },
]

/** Makes that many, with a mixture of grants. */
export async function makeSubjects(population: Population, count: number): Promise<readonly Subject[]> {
  const subjects: Subject[] = []
  for (let n = 0; n < count; n++)
    subjects.push(await makeSubject(population, `subject-${n}@example.com`, grants[n % grants.length]))
  return subjects
}

/** Makes one that holds these grants; its token was minted from them. */
export async function makeSubject(
  { pool, store }: Population,
  email: string,
  granted: Grants = { roles: [], permissions: [] },
): Promise<Subject> {
  const subject = await signUp(pool, email)
  await store.putMember({ subject, ...granted, disabled: false }, 0, newAttribution("tour", "seed"))
  const routes = await routesOf(store, subject)
  const token = await signIn(pool, email, password)
  return {
    subject,
    token,
    holds(route) {
      const id = routeNamed(catalog, route)
      return id !== undefined && hasRoute(routes, id)
    },
  }
}

/** An access token, as whoever has the password gets one. */
export async function signIn(pool: UserPool, email: string, password: string): Promise<string> {
  const answer = await callOperation(pool, "InitiateAuth", {
    ClientId: webClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: email, PASSWORD: password },
  })
  // Cognito's own answer where nothing more is asked of the user, which this pool never does.
  return (answer as { AuthenticationResult: { AccessToken: string } }).AuthenticationResult.AccessToken
}

/** For this machine only; the user pool listens on loopback. */
const password = "Local-comparison-1"

async function signUp(pool: UserPool, email: string): Promise<string> {
  const user = { UserPoolId: poolId, Username: email }
  const answer = await callOperation(pool, "AdminCreateUser", { ...user, MessageAction: "SUPPRESS" })
  await callOperation(pool, "AdminSetUserPassword", { ...user, Password: password, Permanent: true })
  // Cognito's own answer: with e-mail addresses for names, a username is the user's `sub`.
  return (answer as { User: { Username: string } }).User.Username
}

async function routesOf(store: PermissionStore, subject: string): Promise<RouteSet> {
  return expand(catalog, evaluate(await store.load(subject)).permissions)
}
