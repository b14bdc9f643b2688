/** Cognito: sign-in, its errors and the trigger's events. */
import {
  AdminDisableUserCommand,
  ListUsersCommand,
  RevokeTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider"
import { parseSubject } from "@claimgate/store"
import { type Check, judge, notApplicable, unseen } from "../check.ts"
import { errorOf } from "../error-of.ts"
import type { Lab } from "../lab.ts"
import { claimsOf } from "../token-claims.ts"

const area = "Cognito"

const unread = "nothing depends on it: the trigger reads the subject alone"
const logEvent = "have the trigger log its event once, and"

export const cognito: readonly Check[] = [
  unseen(
    { id: "cognito-timeout", area, item: "When the trigger times out, the client sees an error." },
    "UnexpectedLambdaException or the like, and no tokens",
    "alarming where tokens are issued without the trigger's claims; the API refuses those",
    "have the trigger wait for six seconds on a stage of your own, and sign in",
  ),
  unseen(
    { id: "cognito-attempts", area, item: "The three attempts include those that timed out." },
    "three invocations, fifteen seconds",
    "nothing depends on it: the trigger gives up after three seconds by itself",
    "have the trigger wait for six seconds on a stage of your own, and count its log streams' invocations",
  ),
  unseen(
    { id: "cognito-v1-values", area, item: "Values that are no text are refused in V1." },
    "refused",
    "nothing depends on it: the trigger writes text alone",
    "have a trigger at V1_0 write a number into a claim on a stage of your own, and sign in",
  ),
  unseen(
    { id: "cognito-null-claims", area, item: "`null` claims are refused." },
    "refused",
    "nothing depends on it: the trigger writes none",
    "have the trigger write `null` into a claim on a stage of your own, and sign in",
  ),
  unseen(
    { id: "cognito-blank-scopes", area, item: "Scopes with blanks are refused." },
    "refused",
    "nothing depends on it: the trigger adds no scopes",
    "have the trigger add a scope with a blank on a stage of your own, and sign in",
  ),
  unseen(
    {
      id: "cognito-machine-name",
      area,
      item: "`userName` in a machine client's event is the client's id.",
    },
    "the client's id",
    "nothing depends on it: the trigger reads `callerContext.clientId`",
    `${logEvent} sign a machine in`,
  ),
  unseen(
    {
      id: "cognito-machine-groups",
      area,
      item: "`groupConfiguration` in a machine client's event is empty.",
    },
    "there, and empty",
    unread,
    `${logEvent} sign a machine in`,
  ),
  unseen(
    { id: "cognito-user-status", area, item: "`user_status` is `CONFIRMED` right after a new password." },
    "CONFIRMED",
    unread,
    `${logEvent} answer a NEW_PASSWORD_REQUIRED challenge`,
  ),
  unseen(
    { id: "cognito-endpoint-failure", area, item: "The token endpoint answers 400 when the trigger fails." },
    '400 {"error":"invalid_request","error_description":"…"}',
    "nothing depends on it: there is no token in any case",
    "take the trigger's right to read the table on a stage of your own, and sign a machine in",
  ),
  {
    id: "cognito-mixed-scopes",
    area,
    item: "A mix of known and unknown scopes gets a token with the known ones.",
    expected: "200, with the known scope alone",
    otherwise: "nothing depends on it, but an unknown scope in a token would be alarming",
    look: async (lab) => {
      const asked = "api/use api/claimgate-verify"
      const answer = await askForToken(lab, asked)
      if (answer === undefined) return notApplicable("deploy with TRIGGER_VERSION=V3_0, which machines need")
      const { scope } = claimsOf(answer.token)
      const isForeign = typeof scope === "string" && scope.includes("claimgate-verify")
      return judge(answer.status === 200 && scope === "api/use", `${answer.status} ${answer.said}`, isForeign)
    },
  },
  {
    id: "cognito-disabled",
    area,
    item: '"User is disabled." only behind the right password.',
    expected: "Incorrect username or password., then User is disabled.",
    otherwise: "whoever has no password could find out who is disabled; nothing else depends on it",
    look: async (lab) => {
      const person = await lab.people.create("disabled", [])
      const { id: UserPoolId } = lab.stage.pool
      await lab.aws.cognito.send(new AdminDisableUserCommand({ UserPoolId, Username: person.username }))
      const wrong = await errorOf(lab.people.signIn({ ...person, password: "Aa1-not-the-password" }))
      const right = await errorOf(lab.people.signIn(person))
      const isExpected =
        wrong === "NotAuthorizedException: Incorrect username or password." &&
        right === "NotAuthorizedException: User is disabled."
      const isIn = right === undefined
      return judge(
        isExpected,
        `wrong: ${wrong ?? "signed in"}; right: ${right ?? "signed in"}`,
        isIn || wrong === undefined,
      )
    },
  },
  {
    id: "cognito-revoke-unknown",
    area,
    item: "RevokeToken on an unknown token is an InvalidParameterException.",
    expected: "InvalidParameterException",
    otherwise: "nothing depends on it: nobody revokes what there is not",
    look: async (lab) => {
      const error = await errorOf(revoke(lab, "claimgate-verify-unknown"))
      return judge(error?.startsWith("InvalidParameterException") === true, error ?? "no error")
    },
  },
  {
    id: "cognito-revoke-foreign",
    area,
    item: "RevokeToken on another client's token is an UnauthorizedException.",
    expected: "UnauthorizedException",
    otherwise: "alarming only where it is revoked: one client could end the sessions of another",
    look: async (lab) => {
      const { machine } = lab.stage.pool
      if (machine === undefined) return notApplicable("deploy with TRIGGER_VERSION=V3_0, which machines need")
      const { refresh } = await lab.people.signIn(await lab.someone())
      const error = await errorOf(
        revoke(lab, refresh, { ClientId: machine.id, ClientSecret: machine.secret }),
      )
      return judge(
        error?.startsWith("UnauthorizedException") === true,
        error ?? "revoked",
        error === undefined,
      )
    },
  },
  {
    id: "cognito-sub",
    area,
    item: "A `sub` is one that the store takes: 1 to 128 of `A-Z a-z 0-9 _ : + . @ -`.",
    expected: "each of up to 60 users has such a one",
    otherwise: "whoever has another one cannot sign in",
    look: async (lab) => {
      await lab.someone()
      const { Users = [] } = await lab.aws.cognito.send(
        new ListUsersCommand({ UserPoolId: lab.stage.pool.id, AttributesToGet: ["sub"], Limit: 60 }),
      )
      const subs = Users.map(({ Attributes }) => Attributes?.find(({ Name }) => Name === "sub")?.Value ?? "")
      const strange = subs.filter((sub) => !isSubject(sub)).length
      return judge(
        strange === 0 && subs.length > 0,
        `${subs.length} users, ${strange} with another one`,
        true,
      )
    },
  },
]

interface TokenAnswer {
  readonly status: number
  readonly token: string
  /** Without the token. */
  readonly said: string
}

/** Asks the token endpoint for scopes as the machine; undefined where there is none. */
async function askForToken({ stage, secrets }: Lab, scope: string): Promise<TokenAnswer | undefined> {
  const { machine } = stage.pool
  if (machine?.tokenEndpoint === undefined) return undefined
  const answer = await fetch(machine.tokenEndpoint, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${machine.id}:${machine.secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials", scope }),
    signal: AbortSignal.timeout(30_000),
  })
  // RFC 6749 §5: an object, whatever the status; text where it is none.
  const { access_token, error } = Object(await answer.json().catch(() => undefined))
  const token = typeof access_token === "string" ? secrets.keep(access_token) : ""
  const granted = claimsOf(token).scope
  return {
    status: answer.status,
    token,
    said: typeof error === "string" ? error : `scope ${granted ?? "none"}`,
  }
}

async function revoke(
  { aws, stage }: Lab,
  Token: string,
  as: { readonly ClientId: string; readonly ClientSecret?: string } = { ClientId: stage.pool.webClientId },
): Promise<void> {
  await aws.cognito.send(new RevokeTokenCommand({ Token, ...as }))
}

function isSubject(text: string): boolean {
  try {
    return parseSubject(text) === text
  } catch {
    return false
  }
}
