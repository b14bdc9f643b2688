/** HTTP API: in which spelling a path arrives. Whatever the spelling, authorizer and backend must see the same one. */
import { type Check, judge, notApplicable, type Observation, undeployed, unseen } from "../check.ts"
import { describeAnswer, isFromBackend, problemOf } from "../describe.ts"
import type { DoorName } from "../doors.ts"
import type { RawAnswer } from "../raw-answer.ts"
import { at, folder, httpApis, me } from "./at-door.ts"

const area = "HTTP API"

const harmless =
  "nothing depends on it while authorizer and backend see one path: alarming only where one lets through what the other refuses"

export const httpPaths: readonly Check[] = [
  forwarded("http-dot-segments", "Dot segments are forwarded as sent.", `${folder}/../../../me`),
  forwarded("http-backslash", "`\\` is forwarded as sent.", `${folder}/a\\b`),
  forwarded("http-number-sign", "`#` in a path is forwarded as sent.", `${folder}/a#b`),
  {
    id: "http-tab",
    area,
    item: "A tab in a path is forwarded as sent, or refused before anybody sees it.",
    expected: "400, or refused as a bad path",
    otherwise: harmless,
    look: at(httpApis, async (door, lab) => {
      const answer = await lab.ask(door, { path: `${folder}/a\tb`, token: (await lab.someone()).token })
      const isRefused = answer.status === 400 && !isFromBackend(answer)
      return weigh(door, answer, isRefused || isRefusedAsPath(door, answer))
    }),
  },
  {
    id: "http-absolute-form",
    area,
    item: "Of an absolute-form target the path counts alone.",
    expected: `the answer of ${me}`,
    otherwise: harmless,
    look: at(httpApis, async (door, lab) => {
      const target = `${new URL(lab.stage.doors[door] ?? "").origin}${me}`
      const { token, subject } = await lab.someone()
      const answer = await lab.send(door, { target, headers: [["authorization", `Bearer ${token}`]] })
      const isMe = answer.status === 200 && answer.body.includes(subject)
      return weigh(door, answer, isMe, isMe ? `200, ${me}` : describeAnswer(answer))
    }),
  },
  arrives("http-broken-escape", "Broken escapes are kept: `%zz` arrives as `%zz`.", `${folder}/%zz`, "%zz"),
  forwarded("http-invalid-utf8", "Bytes that are no UTF-8 become U+FFFD.", `${folder}/%ff`),
  arrives("http-decoded-question", "`rawPath` is cut at a decoded `?`.", `${folder}/a%3Fb`, "a"),
  undeployed(
    { id: "http-stage", area, item: "A named stage leads `rawPath`." },
    "/STAGE/path",
    "where it does not, the backend answers 400, and nobody is let in",
    "give the HTTP API a stage that is not `$default`; infra/ never does",
  ),
  undeployed(
    {
      id: "http-stage-domain",
      area,
      item: "A named stage leads `rawPath` also behind a domain of one's own.",
    },
    "/STAGE/path",
    "where it does not, the backend answers 400, and nobody is let in",
    "give the HTTP API a stage that is not `$default`, and API_DOMAIN; infra/ never does",
  ),
  {
    id: "http-literal-any",
    area,
    item: "A literal route goes before `ANY` on a more general path, beyond the documented example.",
    expected: "GET /health is open beside ANY /{proxy+}",
    otherwise: "public routes would ask for a token; none would be open that should not be",
    look: at(httpApis, async (door, lab) => {
      // Where every path has a route, one that the API does not have asks for a token.
      const nowhere = await lab.ask(door, { path: "/claimgate-verify/nowhere" })
      if (nowhere.status !== 401) return notApplicable("deploy with GATEWAY_LAYOUT=proxy")
      const answer = await lab.ask(door, { path: "/health" })
      return judge(answer.status === 200, describeAnswer(answer))
    }),
  },
  forwarded("http-greedy-empty", "A greedy parameter takes an empty rest.", `${folder}/`),
  {
    id: "http-two-tokens",
    area,
    item: "Two Authorization headers are joined by a comma, and are no token then.",
    expected: "401 for the same good token twice",
    otherwise: "nothing depends on it: whichever counts is verified like any other token",
    look: at(httpApis, async (door, lab) => {
      const { token } = await lab.someone()
      const twice = ["authorization", `Bearer ${token}`] as const
      const answer = await lab.ask(door, { path: me, headers: [twice, twice] })
      const seen = answer.status === 200 ? "200, one of them counts" : describeAnswer(answer)
      return judge(answer.status === 401, seen)
    }),
  },
  {
    id: "http-forged-token",
    area,
    item: "Beside a forged Authorization header a good one is of no use, in either order.",
    expected: "401 in both orders",
    otherwise: "two programs could read different tokens: alarming where both orders are let through",
    look: at(httpApis, async (door, lab) => {
      const { token } = await lab.someone()
      const good = ["authorization", `Bearer ${token}`] as const
      const forged = ["authorization", `Bearer ${token.slice(0, -8)}AAAAAAAA`] as const
      const [first, second] = await Promise.all([
        lab.ask(door, { path: me, headers: [forged, good] }),
        lab.ask(door, { path: me, headers: [good, forged] }),
      ])
      const statuses = [first.status, second.status]
      const isOpen = statuses.every((status) => status === 200)
      return judge(
        statuses.join() === "401,401",
        `forged first ${first.status}, last ${second.status}`,
        isOpen,
      )
    }),
  },
  unseen(
    { id: "http-route-arn", area, item: "`routeArn` has the path decoded." },
    "decoded",
    "nothing depends on it: simple answers name no ARN",
    "log `event.routeArn` in an authorizer once and ask for a path with `%20`",
  ),
  unseen(
    { id: "http-context-path", area, item: "`$context.path` has the path decoded." },
    "decoded",
    "nothing depends on it: it is no identity source here",
    "make `$context.path` an identity source and log `event.identitySource` once",
  ),
  unseen(
    { id: "http-hop-headers", area, item: "Headers that concern one connection reach no integration." },
    "`te`, `expect`, `proxy-*` and their like are left out",
    "nothing depends on it: the backend reads none of them",
    "log the names in `event.headers` in the backend once and send `te` and `max-forwards`",
  ),
  unseen(
    {
      id: "http-null-context",
      area,
      item: "Where an authorizer gave no context, `authorizer.lambda` is null.",
    },
    "null",
    "nothing depends on it: without a context the backend answers 401",
    "have an authorizer answer `isAuthorized: true` alone and log `event.requestContext.authorizer` once",
  ),
]

/** A path that the handlers must see as it was sent, because then they refuse it. */
function forwarded(id: string, item: string, path: string): Check {
  return {
    ...{ id, area, item, otherwise: harmless },
    expected: "refused as a bad path by whoever sees it first",
    look: at(httpApis, async (door, lab) => {
      const answer = await lab.ask(door, { path, token: (await lab.someone()).token })
      return weigh(door, answer, isRefusedAsPath(door, answer))
    }),
  }
}

/** A path that comes out as the name of a file. */
function arrives(id: string, item: string, path: string, name: string): Check {
  return {
    ...{ id, area, item, otherwise: harmless },
    expected: `the file \`${name}\` is asked for`,
    look: at(httpApis, async (door, lab) => {
      const answer = await lab.ask(door, { path, token: (await lab.someone()).token })
      return weigh(door, answer, problemOf(answer).detail === `file \`${name}\`: there is none`)
    }),
  }
}

/** An authorizer's function says so by 403; where there is none the backend says it itself. */
function isRefusedAsPath(door: DoorName, answer: RawAnswer): boolean {
  if (door === "backend") return answer.status === 400 && problemOf(answer).reason === "bad_path"
  return answer.status === 403 && !isFromBackend(answer)
}

function weigh(
  door: DoorName,
  answer: RawAnswer,
  isExpected: boolean,
  seen = describeAnswer(answer),
): Observation {
  return judge(isExpected, seen, areOfTwoMinds(door, answer) || answer.status >= 500)
}

/** Whether the backend had to refuse what the authorizer had let through: then they saw two paths. */
function areOfTwoMinds(door: DoorName, answer: RawAnswer): boolean {
  const { reason } = problemOf(answer)
  return reason === "other_route" || (door !== "backend" && reason === "bad_path")
}
