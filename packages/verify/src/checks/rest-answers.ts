/** REST API: what the gateway answers itself, and what it makes of the backend's answers. */
import { type Check, judge, notApplicable, undeployed, unseen } from "../check.ts"
import { describeAnswer, isFromBackend, problemOf } from "../describe.ts"
import { foreignToken } from "../foreign-client.ts"
import { headerOf, valuesOf } from "../raw-answer.ts"
import { at, me, restApis } from "./at-door.ts"

const area = "REST API"

export const restAnswers: readonly Check[] = [
  {
    id: "rest-response-type",
    area,
    item: "A gateway response's own `Content-Type` replaces `application/json`.",
    expected: "401 with application/problem+json alone",
    otherwise: "nothing depends on it: the client reads the status",
    look: at(restApis, async (door, lab) => {
      const answer = await lab.ask(door, { path: me })
      const types = valuesOf(answer, "content-type")
      return judge(types.join() === "application/problem+json", `${answer.status}, ${types.join(" and ")}`)
    }),
  },
  {
    id: "rest-response-id",
    area,
    item: "`$context.requestId` in a gateway response's body is the request's id.",
    expected: "the id in x-amzn-requestid",
    otherwise: "nothing depends on it: a refusal is harder to find in the logs",
    look: at(restApis, async (door, lab) => {
      const answer = await lab.ask(door, { path: me })
      const { instance = "no instance" } = problemOf(answer)
      const isSame = instance === headerOf(answer, "x-amzn-requestid")
      return judge(isSame, isSame ? "the same" : instance)
    }),
  },
  {
    id: "rest-494",
    area,
    item: "494 for headers over 10,240 bytes.",
    expected: "494",
    otherwise: "nothing depends on the number; tokens are kept far below the limit",
    look: at(restApis, async (door, lab) => {
      const { token } = await lab.someone()
      const answer = await lab.ask(door, {
        path: me,
        token,
        headers: [["x-claimgate-verify", "a".repeat(10_241)]],
      })
      return judge(answer.status === 494, describeAnswer(answer), answer.status < 400 && answer.status > 0)
    }),
  },
  unseen(
    { id: "rest-principal", area, item: "A missing `principalId` answers 500." },
    "500",
    "nothing depends on it: the authorizers always name one",
    "have an authorizer leave it out once",
  ),
  {
    id: "rest-unknown-stage",
    area,
    item: "An unknown stage answers 403.",
    expected: '403 {"message":"Forbidden"}',
    otherwise: "nothing depends on it: there is no API behind it",
    look: at(restApis, async (door, lab) => {
      // A domain of one's own has no stages in its paths.
      if (new URL(lab.stage.doors[door] ?? "").pathname === "/")
        return notApplicable("deploy without API_DOMAIN, or with another front door first")
      const answer = await lab.send(door, { target: "/claimgate-verify/health" })
      return judge(answer.status === 403, describeAnswer(answer), answer.status === 200)
    }),
  },
  undeployed(
    { id: "rest-token-validation", area, item: "TOKEN validation finds its pattern anywhere in the token." },
    "anywhere",
    "nothing depends on it: no pattern is set",
    "give a TOKEN authorizer a validation; infra/ never does",
  ),
  {
    id: "rest-www-authenticate",
    area,
    item: "`WWW-Authenticate` of an integration is renamed also with a proxy integration.",
    expected: "401 with x-amzn-remapped-www-authenticate alone",
    otherwise: "nothing depends on it: the client reads the status",
    look: at(["backend-rest"], async (door, lab) => {
      const token = await foreignToken(lab)
      if (token === undefined) return { verdict: "by hand", seen: cannotMakeClients }
      const answer = await lab.ask(door, { path: me, token })
      const isRenamed =
        headerOf(answer, "www-authenticate") === undefined &&
        headerOf(answer, "x-amzn-remapped-www-authenticate") !== undefined
      const seen = isRenamed ? "renamed" : `not renamed, ${describeAnswer(answer)}`
      // A token of another client must be refused, and by the backend, or nothing was seen.
      if (answer.status !== 401) return judge(false, describeAnswer(answer), true)
      return judge(isRenamed && isFromBackend(answer), seen)
    }),
  },
]

const cannotMakeClients =
  "ask with a token of a client that the API does not know (this pool makes none by request), and look at the 401"
