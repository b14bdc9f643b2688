/** REST API: what its authorizers see, and what is kept of their answers. */
import { type Check, judge, notApplicable, undeployed, unseen } from "../check.ts"
import { describeAnswer, isFromBackend, jsonOf, problemOf } from "../describe.ts"
import type { RawAnswer } from "../raw-answer.ts"
import { claimsOf } from "../token-claims.ts"
import { at, folder, forbidden, me, restApis } from "./at-door.ts"

const area = "REST API"

const nobodyGetsIn = "any other spelling is no time to the backend: nobody could get in"
const leak = "a kept answer would hold for requests that nobody decided: permissions would leak"

export const restAuthorizers: readonly Check[] = [
  {
    id: "rest-cognito-times",
    area,
    item: "Cognito authorizer: `exp` and `iat` as `Thu Jan 01 12:05:00 UTC 2026`, in UTC and in English wherever it runs. Any other spelling is a 401.",
    expected: "200, and `exp` is read as the token has it",
    otherwise: nobodyGetsIn,
    look: at(["backend-rest"], async (door, lab) => {
      const { token } = await lab.someone()
      const answer = await lab.ask(door, { path: me, token })
      const { expiresAt } = Object(jsonOf(answer).token)
      const isSame = Date.parse(expiresAt) === Number(claimsOf(token).exp) * 1000
      return judge(
        isSame,
        answer.status === 200 ? `200, expires at ${expiresAt}` : describeAnswer(answer),
        true,
      )
    }),
  },
  unseen(
    { id: "rest-cognito-kept", area, item: "A Cognito authorizer keeps no answers." },
    "none",
    "nothing depends on it: the backend demands a time that is not over",
    "ask with a token at every second around its `exp`, and look for the one that answers 401",
  ),
  unseen(
    {
      id: "rest-empty-context",
      area,
      item: "Empty text in an authorizer's context arrives as empty text; a field that is dropped is a 401.",
    },
    "empty text",
    "nobody is let in: the backend answers 401",
    'no token of this stage has an empty field: have an authorizer answer `epoch: ""` once and ask for /api/me',
  ),
  undeployed(
    {
      id: "rest-base-path",
      area,
      item: "A domain of one's own with a base path puts that in front of `path`; the backend knows no such route: 404.",
    },
    "404",
    "nobody is let in: the backend knows no such route",
    "map a domain with a base path; infra/ never does",
  ),
  {
    id: "rest-401-not-kept",
    area,
    item: "An error of an authorizer, `Unauthorized` among them, is not remembered.",
    expected: "401 for a bad path, then the next path of the resource is let through",
    otherwise: "one bad request would shut its sender out of a resource for the time to live",
    look: at(["cached"], async (door, lab) => {
      // Under its own path a bad one shares its answer with nobody.
      if (lab.settings.cachedBy === "path") return notApplicable("deploy with CACHED_BY=resource")
      // A token of its own: nothing of it has been kept yet.
      const { token } = await lab.people.signIn(await lab.someone())
      const bad = await lab.ask(door, { path: `${folder}/a%2Fb`, token })
      const good = await lab.ask(door, { path: `${folder}/a`, token })
      const seen = `${bad.status}, then ${good.status}`
      if (bad.status !== 401) return judge(false, seen, bad.status === 200)
      return judge(isServed(good), seen, true)
    }),
  },
  {
    id: "rest-identity-method",
    area,
    item: "`context.httpMethod` is an identity source: answers are kept for one method.",
    expected: "GET let through, then PUT of the same path refused by the authorizer",
    otherwise: leak,
    look: at(["cached"], async (door, lab) => {
      const { token } = await lab.someone()
      const first = await lab.ask(door, { path: `${folder}/a`, token })
      const second = await lab.ask(door, { method: "PUT", path: `${folder}/a`, token })
      const seen = `GET ${first.status}, PUT ${describeAnswer(second)}`
      return judge(isServed(first) && isRefused(second), seen, !isRefused(second))
    }),
  },
  {
    id: "rest-identity-resource",
    area,
    item: "`context.resourcePath` is an identity source: answers are kept for one resource.",
    expected: "one resource let through, then the other refused, and the other way round",
    otherwise: leak,
    look: at(["cached"], async (door, lab) => {
      const { token } = await lab.people.signIn(await lab.someone())
      const answers: RawAnswer[] = []
      for (const path of [`${folder}/a`, forbidden, `${folder}/b`])
        answers.push(await lab.ask(door, { path, token }))
      const [first, other, again] = answers
      const isExpected = isServed(first) && isRefused(other) && isServed(again)
      return judge(isExpected, answers.map(({ status }) => status).join(", "), true)
    }),
  },
  {
    id: "rest-identity-path",
    area,
    item: "`context.path` is an identity source: answers are kept for one path.",
    expected: "one path let through, then a bad path of the resource refused by the authorizer",
    otherwise: "the backend refuses a bad path as well; another integration would not",
    look: at(["cached"], async (door, lab) => {
      if (lab.settings.cachedBy !== "path") return notApplicable("deploy with CACHED_BY=path")
      const { token } = await lab.someone()
      const first = await lab.ask(door, { path: `${folder}/c`, token })
      const second = await lab.ask(door, { path: `${folder}/a%2Fb`, token })
      const seen = `${first.status}, then ${describeAnswer(second)}`
      return judge(isServed(first) && !isFromBackend(second), seen, isFromBackend(second))
    }),
  },
  {
    id: "rest-repeated-header",
    area,
    item: "Of a repeated header the last one is the identity source.",
    expected:
      "a forged token before one whose answer is kept: that answer, and 401 by the backend, which sees two",
    otherwise: "nothing depends on it: whichever counts, its answer was given for that very token",
    look: at(["cached"], async (door, lab) => {
      const { token } = await lab.someone()
      await lab.ask(door, { path: me, token })
      const forged = ["authorization", `Bearer ${token.slice(0, -8)}AAAAAAAA`] as const
      const answer = await lab.ask(door, { path: me, token, headers: [forged] })
      const isKept = problemOf(answer).reason === "several_tokens" && isFromBackend(answer)
      return judge(isKept, answer.status === 200 ? "200, one of them counts" : describeAnswer(answer))
    }),
  },
  {
    id: "rest-question-mark",
    area,
    item: "One `?` in a policy's Resource is one character.",
    expected: "the file `a*b` is asked for, by a policy for `a?b`",
    otherwise: "paths with `*` or `$` would be refused to those who may have them",
    look: at(["claims-rest"], async (door, lab) => {
      // A kept answer's policy speaks of the resource.
      if (lab.settings.keepsClaims) return notApplicable("deploy with CLAIMS_TTL=0")
      const answer = await lab.ask(door, { path: `${folder}/a*b`, token: (await lab.someone()).token })
      return judge(problemOf(answer).detail === "file `a*b`: there is none", describeAnswer(answer), true)
    }),
  },
  {
    id: "rest-token-arn",
    area,
    item: "A TOKEN event's `methodArn` holds the path as it was sent.",
    expected: "the file `my plan` is asked for, sent as `my%20plan`",
    otherwise: "paths with encoded characters would be refused to those who may have them",
    look: at(["claims-rest"], async (door, lab) => {
      if (lab.settings.restAuthorizer !== "TOKEN") return notApplicable("deploy with REST_AUTHORIZER=TOKEN")
      const answer = await lab.ask(door, { path: `${folder}/my%20plan`, token: (await lab.someone()).token })
      return judge(problemOf(answer).detail === "file `my plan`: there is none", describeAnswer(answer), true)
    }),
  },
  undeployed(
    {
      id: "rest-token-base-path",
      area,
      item: "With a base path mapping `path` begins with the base path, and then `POLICY_RESOURCE=path` refuses.",
    },
    "403",
    "nobody is let in",
    "map a domain with a base path; infra/ never does",
  ),
  {
    id: "rest-method-override",
    area,
    item: "`X-HTTP-Method-Override` replaces the method before the authorizer is asked.",
    expected: "PUT is refused that is sent as GET",
    otherwise: "alarming where the authorizer judges one method and the backend serves another",
    look: at(restApis, async (door, lab) => {
      const headers = [["x-http-method-override", "PUT"]] as const
      const answer = await lab.ask(door, { path: `${folder}/a`, token: (await lab.someone()).token, headers })
      const { detail, reason } = problemOf(answer)
      // Only the handler of PUT looks for the device.
      const isOpen =
        answer.status === 200 || reason === "other_route" || detail?.startsWith("device") === true
      return judge(answer.status === 403 && reason !== "other_route", describeAnswer(answer), isOpen)
    }),
  },
]

/** Whether the backend was asked and looked for the file. */
function isServed(answer: RawAnswer | undefined): boolean {
  return answer !== undefined && answer.status === 404 && problemOf(answer).code === "not_found"
}

/** Whether the gateway refused it for its authorizer's sake. */
function isRefused(answer: RawAnswer | undefined): boolean {
  return answer?.status === 403 && !isFromBackend(answer)
}
