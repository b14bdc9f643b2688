/** HTTP API: what whoever is refused gets to see. */
import { type Check, judge, notApplicable, type Observation } from "../check.ts"
import { describeAnswer, isFromBackend } from "../describe.ts"
import type { DoorName } from "../doors.ts"
import type { Lab } from "../lab.ts"
import { headerOf, type RawAnswer } from "../raw-answer.ts"
import { at, forbidden, httpApis, httpWithFunction, me } from "./at-door.ts"

const area = "HTTP API"

export const httpRefusals: readonly Check[] = [
  {
    id: "http-403",
    area,
    item: '`isAuthorized: false` answers 403 `{"message":"Forbidden"}`.',
    expected: '403 {"message":"Forbidden"}',
    otherwise: "clients give up at a 403 and sign in again at a 401; nobody reads the body",
    look: at(httpWithFunction, async (door, lab) => {
      const answer = await lab.ask(door, { path: forbidden, token: (await lab.someone()).token })
      return refusal(answer, 403, '{"message":"Forbidden"}')
    }),
  },
  {
    id: "http-401",
    area,
    item: 'Throwing exactly `Unauthorized` answers 401 `{"message":"Unauthorized"}`.',
    expected: '401 {"message":"Unauthorized"}',
    otherwise: "clients get a new token at a 401, and at no other status; nobody reads the body",
    look: at(httpWithFunction, async (door, lab) =>
      refusal(await lab.ask(door, { path: me, token: "none" }), 401, '{"message":"Unauthorized"}'),
    ),
  },
  {
    id: "http-refusal-cors",
    area,
    item: "No CORS headers on what an authorizer refused.",
    expected: "401 and 403 without access-control-allow-origin, 200 with it",
    otherwise:
      "nothing depends on it: the client takes an opaque failure for a 401, and reads a 401 where it can",
    look: atOrigin(httpWithFunction, async (door, lab, origin) => {
      const { token } = await lab.someone()
      const headers = [["origin", origin]] as const
      const answers = await Promise.all([
        lab.ask(door, { path: me, token: "none", headers }),
        lab.ask(door, { path: forbidden, token, headers }),
        lab.ask(door, { path: me, token, headers }),
      ])
      const allowed = answers.map((answer) => headerOf(answer, allowOrigin))
      const seen = answers.map(({ status }, index) => `${status} ${allowed[index] ?? "without"}`).join(", ")
      // Any other origin than the one that asked was never configured.
      const isForeign = allowed.some((one) => one !== undefined && one !== origin)
      return judge(
        allowed[0] === undefined && allowed[1] === undefined && allowed[2] === origin,
        seen,
        isForeign,
      )
    }),
  },
  {
    id: "http-preflight",
    area,
    item: "A preflight is answered by the gateway, 204, without asking authorizer or backend.",
    expected: "204 with access-control-allow-origin, for a request without a token, and not by the backend",
    otherwise:
      "pages of the configured origin could not call the API: every call begins with a preflight; who answers it is no matter",
    look: atOrigin(httpApis, async (door, lab, origin) => {
      // Without a token: an authorizer would have refused it.
      const answer = await preflight(lab, door, origin)
      const allowed = headerOf(answer, allowOrigin)
      const isGateways = !isFromBackend(answer)
      const seen = `${answer.status}, ${allowed === undefined ? "no origin" : `origin ${allowed}`}`
      const from = isGateways ? "" : ", from the backend"
      return judge(
        answer.status === 204 && allowed === origin && isGateways,
        `${seen}${from}`,
        allowed !== origin,
      )
    }),
  },
  {
    id: "http-foreign-preflight",
    area,
    item: "A preflight from an origin that is not on the list is a 204 without CORS headers.",
    expected: "204 without access-control-allow-origin",
    otherwise:
      "only an access-control-allow-origin here would matter: it would let pages in that nobody configured",
    look: atOrigin(httpApis, async (door, lab) => {
      const answer = await preflight(lab, door, "https://claimgate-verify.example")
      const allowed = headerOf(answer, allowOrigin)
      const seen = `${answer.status}, ${allowed === undefined ? "no origin" : `origin ${allowed}`}`
      return judge(answer.status === 204 && allowed === undefined, seen, allowed !== undefined)
    }),
  },
  {
    id: "http-431",
    area,
    item: "431 for headers over 10,240 bytes.",
    expected: "431",
    otherwise: "nothing depends on the number; tokens are kept far below the limit",
    look: at(httpApis, async (door, lab) => {
      const answer = await oversized(lab, door)
      return judge(answer.status === 431, describeAnswer(answer), answer.status < 400 && answer.status > 0)
    }),
  },
  {
    id: "http-431-body",
    area,
    item: 'The body of that answer is `{"message":"Request Header Fields Too Large"}`.',
    expected: '{"message":"Request Header Fields Too Large"}',
    otherwise: "nothing depends on it: nobody reads the body",
    look: at(httpApis, async (door, lab) => {
      const answer = await oversized(lab, door)
      return judge(answer.body === '{"message":"Request Header Fields Too Large"}', describeAnswer(answer))
    }),
  },
]

const allowOrigin = "access-control-allow-origin"

/** A refusal with another status misleads clients; one that is none is the worst. */
function refusal(answer: RawAnswer, status: number, body: string): Observation {
  const seen = `${describeAnswer(answer)}${isFromBackend(answer) ? ", from the backend" : ""}`
  return judge(
    answer.status === status && answer.body === body,
    seen,
    answer.status !== status || isFromBackend(answer),
  )
}

function atOrigin(
  doors: readonly DoorName[],
  look: (door: DoorName, lab: Lab, origin: string) => Promise<Observation>,
): Check["look"] {
  return at(doors, async (door, lab) => {
    const { origin } = lab.settings
    return origin === undefined ? notApplicable("deploy with CORS_ORIGINS") : look(door, lab, origin)
  })
}

function preflight(lab: Lab, door: DoorName, origin: string): Promise<RawAnswer> {
  const headers = [
    ["origin", origin],
    ["access-control-request-method", "GET"],
    ["access-control-request-headers", "authorization"],
  ] as const
  return lab.ask(door, { method: "OPTIONS", path: me, headers })
}

async function oversized(lab: Lab, door: DoorName): Promise<RawAnswer> {
  const { token } = await lab.someone()
  return lab.ask(door, { path: me, token, headers: [["x-claimgate-verify", "a".repeat(10_241)]] })
}
