/** REST API: what its authorizers see. */
import { type Check, judge, notApplicable, undeployed, unseen } from "../check.ts"
import { describeAnswer, problemOf } from "../describe.ts"
import { at, folder, restApis } from "./at-door.ts"
import { readsExpiry } from "./expiry.ts"
import { restKept } from "./rest-kept.ts"

const area = "REST API"

const nobodyGetsIn = "any other spelling is no time to the backend: nobody could get in"
export const restAuthorizers: readonly Check[] = [
  {
    id: "rest-cognito-times",
    area,
    item: "Cognito authorizer: `exp` and `iat` as `Thu Jan 01 12:05:00 UTC 2026`, in UTC and in English wherever it runs. Any other spelling is a 401.",
    expected: "200, and `exp` is read as the token has it",
    otherwise: nobodyGetsIn,
    look: at(["backend-rest"], readsExpiry),
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
  ...restKept,
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
