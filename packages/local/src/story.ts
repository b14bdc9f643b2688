/**
 * The story that the tour tells, with real parts: the AWS SDK signs in, the deployed handlers decide, and every
 * step says what should happen before it looks.
 */
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
} from "@aws-sdk/client-cognito-identity-provider"
import type { Evidence } from "./evidence.ts"
import { region, webClientId } from "./identity.ts"
import type { Stack } from "./stack.ts"
import { machine, people } from "./subjects.ts"

export interface Step {
  readonly title: string
  /** The call, as one would write it. */
  readonly did: string
  readonly result: string
  /** Why it was decided so, from the decision log; empty where nothing was decided. */
  readonly because: string
  readonly expected: string
  readonly ok: boolean
}

interface Tokens {
  readonly access: string
  readonly refresh: string
}

/** Tells the story, step by step. */
export async function* tellStory(stack: Stack, evidence: Evidence): AsyncGenerator<Step> {
  const teller = createTeller(stack, evidence)
  const { call, signIn, refresh } = teller
  yield await call("Anyone may ask whether the API is well", "GET", "/health", undefined, 200)
  yield await call("Nobody else gets in without a token", "GET", "/api/reports", undefined, 401)

  const ben = await signIn("ben@example.com", "reader")
  yield ben.step
  yield await teller.callWithoutStore(
    "Ben is a reader: his token says so, and no database is asked for permissions",
    "/api/reports",
    ben.tokens,
  )
  yield await call("A reader deletes nothing", "DELETE", "/api/reports/1", ben.tokens, 403, {
    because: "no_permission",
  })
  yield await call(
    "One route was taken away from readers again",
    "GET",
    "/api/users/export",
    ben.tokens,
    403,
    { because: "no_permission" },
  )
  yield await call(
    "A path that two programs could read differently is nobody's",
    "GET",
    "/api/devices/1/files/..%2F..%2Fusers",
    ben.tokens,
    403,
    { because: "bad_path" },
  )
  yield await call("A token that was changed is no token", "GET", "/api/reports", tampered(ben.tokens), 401, {
    because: "bad_signature",
  })

  const cleo = await signIn("cleo@example.com", "editor,reader")
  yield cleo.step
  const written = await teller.write(
    "Cleo is an editor too: she writes a report",
    "/api/reports",
    cleo.tokens,
    { title: "Q3", text: "All is well." },
  )
  yield written.step
  const report = `/api/reports/${written.id}`
  yield await call(
    "What she wrote, Ben reads; the store confirms his token, as this route asks for",
    "GET",
    report,
    ben.tokens,
    200,
    { because: "(store)" },
  )
  yield await call("Deleting reports was taken away from her alone", "DELETE", report, cleo.tokens, 403, {
    because: "no_permission",
  })

  yield await teller.grant("Ben is made an editor", "ben@example.com", "editor")
  yield await call("His old token does not know that yet", "POST", "/api/reports", ben.tokens, 403, {
    body: { title: "Mine", text: "Ben's." },
    because: "no_permission",
  })
  const fresh = await refresh("He refreshes it, without signing in again", ben.tokens, "editor,reader")
  yield fresh.step
  yield await call("The new one does", "POST", "/api/reports", fresh.tokens, 201, {
    body: { title: "Mine", text: "Ben's." },
  })

  yield await teller.revoke("The same role is taken away again", "ben@example.com", "editor")
  yield await call(
    "Where a route asks the store, an old token helps nobody",
    "POST",
    `${report}/publish`,
    fresh.tokens,
    403,
    { because: "no_permission (store)" },
  )

  const job = await teller.machineSignIn("A machine signs in with client credentials", "guest")
  yield job.step
  yield await call("It may list reports", "GET", "/api/reports", job.tokens, 200)
  yield await call("It may not read users", "GET", "/api/users", job.tokens, 403, {
    because: "no_permission",
  })

  stack.clock.advance(16 * 60_000)
  yield await call(
    "Sixteen minutes later (simulated) Ben's token has expired",
    "GET",
    "/api/reports",
    fresh.tokens,
    401,
    { because: "expired" },
  )
}

function createTeller(stack: Stack, evidence: Evidence) {
  const { httpApi, userPool } = stack.addresses
  const cognito = new CognitoIdentityProviderClient({
    region,
    endpoint: userPool,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  })
  const send = async (method: string, path: string, tokens: Tokens | undefined, body?: object) => {
    const response = await fetch(httpApi + path, {
      method,
      headers: {
        ...(tokens === undefined ? {} : { authorization: `Bearer ${tokens.access}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const because = await evidence.about(response.headers.get("apigw-requestid") ?? "")
    return { status: response.status, text, because }
  }
  const authenticate = async (
    AuthFlow: "USER_PASSWORD_AUTH" | "REFRESH_TOKEN_AUTH",
    AuthParameters: Record<string, string>,
  ) =>
    tokensOf(
      await cognito.send(new InitiateAuthCommand({ ClientId: webClientId, AuthFlow, AuthParameters })),
      AuthParameters,
    )
  const claimed = (title: string, did: string, tokens: Tokens, role: string) => {
    const claims = claimsOf(tokens.access)
    const result = `custom:role ${claims["custom:role"]}, custom:permissions ${claims["custom:permissions"]}, ${tokens.access.length} characters of token`
    const expected = `the three claims, custom:role ${role}`
    const ok = hasClaims(claims) && claims["custom:role"] === role
    const step: Step = { title, did, result, because: "", expected, ok }
    return { step, tokens }
  }
  const call = async (
    title: string,
    method: string,
    path: string,
    tokens: Tokens | undefined,
    status: number,
    { body, because: why = "" }: { body?: object; because?: string } = {},
  ): Promise<Step> => {
    const { status: answered, because } = await send(method, path, tokens, body)
    return {
      title,
      did: `${method} ${path}`,
      result: String(answered),
      because,
      expected: why === "" ? String(status) : `${status}, because of ${why}`,
      ok: answered === status && because.includes(why),
    }
  }
  return {
    call,
    /** A GET that is allowed while the store, which loads permissions with `BatchGetItem`, is not asked. */
    async callWithoutStore(title: string, path: string, tokens: Tokens): Promise<Step> {
      const loads = () => stack.dynamo.stats().BatchGetItem ?? 0
      const before = loads()
      const step = await call(title, "GET", path, tokens, 200)
      const count = loads() - before
      return {
        ...step,
        result: `${step.result}, ${count} BatchGetItem`,
        expected: "200, 0 BatchGetItem",
        ok: step.ok && count === 0,
      }
    },
    async write(
      title: string,
      path: string,
      tokens: Tokens,
      body: object,
    ): Promise<{ step: Step; id: string }> {
      const { status, text, because } = await send("POST", path, tokens, body)
      // An answer of our own backend; without an id the next step goes wrong, and says so.
      const { id = "" } = status === 201 ? (JSON.parse(text) as { id?: string }) : {}
      return {
        step: {
          title,
          did: `POST ${path}`,
          result: String(status),
          because,
          expected: "201",
          ok: status === 201,
        },
        id,
      }
    },
    async signIn(email: string, role: string) {
      const password = people.find((one) => one.email === email)?.password ?? ""
      const tokens = await authenticate("USER_PASSWORD_AUTH", { USERNAME: email, PASSWORD: password })
      return claimed(
        `${email} signs in; the trigger writes the permissions into the token`,
        "InitiateAuth USER_PASSWORD_AUTH",
        tokens,
        role,
      )
    },
    async refresh(title: string, { refresh }: Tokens, role: string) {
      return claimed(
        title,
        "InitiateAuth REFRESH_TOKEN_AUTH",
        await authenticate("REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: refresh }),
        role,
      )
    },
    async machineSignIn(title: string, role: string) {
      const body = new URLSearchParams({ grant_type: "client_credentials", scope: machine.scope })
      const basic = Buffer.from(`${machine.id}:${stack.identity.machineSecret}`).toString("base64")
      const response = await fetch(`${userPool}/oauth2/token`, {
        method: "POST",
        headers: { authorization: `Basic ${basic}` },
        body,
      })
      // RFC 6749 §5.1; an error has no token, and the step says so.
      const { access_token = "" } = (await response.json()) as { access_token?: string }
      return claimed(title, "POST /oauth2/token", { access: access_token, refresh: "" }, role)
    },
    async grant(title: string, email: string, role: string) {
      return change(stack, title, email, `grant ${role}`, (roles) => [...roles, role])
    },
    async revoke(title: string, email: string, role: string) {
      return change(stack, title, email, `revoke ${role}`, (roles) => roles.filter((one) => one !== role))
    },
  }
}

async function change(
  stack: Stack,
  title: string,
  email: string,
  did: string,
  roles: (before: readonly string[]) => readonly string[],
): Promise<Step> {
  const subject = await stack.subject(email)
  const { member } = await stack.store.load(subject)
  if (member === undefined) throw new Error(`expected \`${email}\` to be a member`)
  const { version, deleted: _, ...draft } = member
  const changed = await stack.store.putMember({ ...draft, roles: roles(member.roles) }, version)
  const result = `roles ${changed.roles.join(", ") || "none"}; version ${version} → ${changed.version}`
  return {
    title,
    did: `${did}: ${email}`,
    result,
    because: "",
    expected: `version ${version + 1}`,
    ok: changed.version === version + 1,
  }
}

function tokensOf({ AuthenticationResult }: InitiateAuthCommandOutput, sent: Record<string, string>): Tokens {
  return {
    access: AuthenticationResult?.AccessToken ?? "",
    refresh: AuthenticationResult?.RefreshToken ?? sent.REFRESH_TOKEN ?? "",
  }
}

function claimsOf(token: string): Readonly<Record<string, string>> {
  const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")
  return payload === "" ? {} : JSON.parse(payload)
}

function hasClaims(claims: Readonly<Record<string, string>>): boolean {
  return ["custom:role", "custom:permissions", "custom:epoch"].every((name) => (claims[name] ?? "") !== "")
}

/** The same token with one claim changed: everything granted. */
function tampered({ access }: Tokens): Tokens {
  const [header, payload, signature] = access.split(".")
  const claims = { ...claimsOf(access), "custom:role": "admin", "custom:permissions": "*:/**" }
  const forged = Buffer.from(JSON.stringify(claims)).toString("base64url")
  return { access: [header, forged === payload ? "" : forged, signature].join("."), refresh: "" }
}
