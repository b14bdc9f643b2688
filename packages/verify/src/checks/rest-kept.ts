/** REST API: what is kept of its authorizer's answers, and what for. */
import { type Check, judge, notApplicable } from "../check.ts"
import { describeAnswer, isFromBackend, problemOf } from "../describe.ts"
import type { DoorName } from "../doors.ts"
import type { Asked, Lab } from "../lab.ts"
import type { RawAnswer } from "../raw-answer.ts"
import { at, folder, forbidden, me } from "./at-door.ts"

const area = "REST API"

const sticks =
  "nobody is let in: a kept policy names one method and resource. But a kept refusal would stick to other requests of its sender: 403 for the time to live, also for what the sender holds"

export const restKept: readonly Check[] = [
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
    expected: "PUT refused by the authorizer, then GET of the same path let through, then PUT refused again",
    otherwise: sticks,
    look: at(["cached"], async (door, lab) => {
      const get = { path: `${folder}/a` }
      const put = { ...get, method: "PUT" }
      const answers = await askInTurn(door, lab, [put, get, put])
      const [first, other, again] = answers
      const isExpected = isRefused(first) && isServed(other) && isRefused(again)
      return judge(isExpected, inWords(["PUT", "GET", "PUT"], answers), true)
    }),
  },
  {
    id: "rest-identity-resource",
    area,
    item: "`context.resourcePath` is an identity source: answers are kept for one resource.",
    expected: "one resource refused, then two others let through, then the first one refused again",
    otherwise: sticks,
    look: at(["cached"], async (door, lab) => {
      // Paths of two resources are never the same one.
      if (lab.settings.cachedBy === "path") return notApplicable("deploy with CACHED_BY=resource")
      const paths = [forbidden, `${folder}/a`, me, forbidden]
      const answers = await askInTurn(
        door,
        lab,
        paths.map((path) => ({ path })),
      )
      const [first, other, own, again] = answers
      const isExpected = isRefused(first) && isServed(other) && own?.status === 200 && isRefused(again)
      return judge(isExpected, inWords(["one", "another", "a third", "the first"], answers), true)
    }),
  },
  {
    id: "rest-identity-path",
    area,
    item: "`context.path` is an identity source: answers are kept for one path.",
    expected: "a bad path refused by the authorizer, then two others of the resource let through",
    otherwise: `${sticks}. A bad path that is let through the backend refuses; another integration would not`,
    look: at(["cached"], async (door, lab) => {
      if (lab.settings.cachedBy !== "path") return notApplicable("deploy with CACHED_BY=path")
      const paths = [`${folder}/a%2Fb`, `${folder}/a`, `${folder}/b`, `${folder}/a%2Fb`]
      const answers = await askInTurn(
        door,
        lab,
        paths.map((path) => ({ path })),
      )
      const [bad, good, next, again] = answers
      const seen = inWords(["bad", "good", "good", "bad"], answers)
      const areServed = isServed(good) && isServed(next)
      const isOpen = [bad, again].some((one) => one === undefined || isFromBackend(one) || one.status < 400)
      // Whoever refuses a bad path before the authorizer does, keeps nothing of it.
      return judge(areServed && isRefused(bad) && isRefused(again), seen, !areServed || isOpen)
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
]

/**
 * Asks with a token of which nothing is kept yet. What is to be refused goes first: its policy says Deny, and whatever it
 * were kept for would be refused, too. After an Allow a refusal shows nothing: its policy does not name other requests.
 */
async function askInTurn(
  door: DoorName,
  lab: Lab,
  requests: readonly Pick<Asked, "method" | "path">[],
): Promise<readonly RawAnswer[]> {
  const { token } = await lab.people.signIn(await lab.someone())
  const answers: RawAnswer[] = []
  for (const request of requests) answers.push(await lab.ask(door, { ...request, token }))
  return answers
}

/** `PUT 403, GET 404 not_found, PUT 403` */
function inWords(names: readonly string[], answers: readonly RawAnswer[]): string {
  const said = answers.map((one) => [one.status, problemOf(one).code].filter(Boolean).join(" "))
  return names.map((name, at) => `${name} ${said[at] ?? "not asked"}`).join(", ")
}

/** Whether the backend was asked and looked for the file. */
function isServed(answer: RawAnswer | undefined): boolean {
  return answer !== undefined && answer.status === 404 && problemOf(answer).code === "not_found"
}

/** Whether the gateway refused it for its authorizer's sake. */
function isRefused(answer: RawAnswer | undefined): boolean {
  return answer?.status === 403 && !isFromBackend(answer)
}
