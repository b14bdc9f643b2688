/** An explanation in words: one line for each step, safe to print. */
import { quote } from "@claimgate/core"
import type { Explanation, Matched, Reason, RoleView } from "./explain.ts"
import type { DoorView } from "./explain-doors.ts"
import type { TokenView } from "./explain-token.ts"

/** Puts an explanation into lines. */
export function formatExplanation(explanation: Explanation): string[] {
  const { subject, method, path, member, roles, epoch, allowed, because, release } = explanation
  const never =
    member.state === "missing" ? "nothing was ever stored" : `${member.state}, version ${member.version}`
  return [
    `${quote(subject)} asks for ${quote(`${method} ${path}`)}`,
    `member    ${never}`,
    `roles     ${roles.length === 0 ? "none" : roles.map(roleWords).join(", ")}`,
    `route     ${routeWords(explanation)}`,
    ...matchedLines(explanation),
    `store     ${allowed ? "allows" : "refuses"}: ${reasons[because]}`,
    `epoch     ${epoch} now`,
    `release   ${release.fingerprint}${release.published ? "" : ", the newest: none was published"}`,
    ...tokenLines(explanation.token),
    ...explanation.doors.flatMap(doorLines),
  ]
}

/** What each reason means. */
const reasons: Readonly<Record<Reason, string>> = {
  held: "the subject holds a permission for the route",
  signed_in: "the route is for whoever is signed in",
  public: "the route is for everybody",
  bad_path: "the path is not in its one canonical spelling",
  no_route: "the API has no such route",
  no_permission: "no permission of the subject's covers the route",
  taken_away: "a permission with `!` takes the route away, and wins over all others",
  no_member: "nothing was ever granted to the subject",
  member_disabled: "the member is disabled, and holds nothing meanwhile",
  member_deleted: "the member was deleted, and holds nothing",
}

function roleWords({ name, state, version }: RoleView): string {
  switch (state) {
    case "built-in":
      return `${name} (built in)`
    case "stored":
      return `${name} (version ${version})`
    case "deleted":
      return `${name} (deleted: grants nothing)`
    case "missing":
      return `${name} (never stored: grants nothing)`
  }
}

function routeWords({ route }: Explanation): string {
  if (!route.found) return reasons[route.because]
  const { freshness, access } = route
  const age =
    typeof freshness === "object"
      ? `what is decided by may be ${freshness.within} s old`
      : freshness === "now"
        ? "decided by what is stored now"
        : "decided by the token"
  return access === "granted" ? `${route.route}, ${age}` : `${route.route}, ${access}`
}

function matchedLines({ matched, route, member }: Explanation): string[] {
  if (!route.found || route.access !== "granted" || member.state !== "active") return []
  if (matched.length === 0) return ["matched   nothing"]
  const sorted = [...matched].sort(
    (a, b) => Number(b.effect === "takes away") - Number(a.effect === "takes away"),
  )
  return sorted.map((entry) => `matched   ${matchedWords(entry)}`)
}

function matchedWords({ permission, role, effect }: Matched): string {
  return `${quote(permission)} of ${role === undefined ? "the member's own" : `role ${quote(role)}`} ${effect}`
}

function tokenLines({ state, epoch, length, says }: TokenView): string[] {
  const about =
    state === "none" ? "none was given; one minted now" : `${state}, minted at epoch ${quote(epoch)},`
  const word =
    says === undefined
      ? "is not asked"
      : says.word === "cannot tell"
        ? `cannot tell: ${says.because}`
        : `says ${says.word}`
  return [`token     ${about} ${word}; its claim has ${length} characters`]
}

function doorLines({ strategy, status, by, from, because, cacheKey, ttlSeconds }: DoorView): string[] {
  const kept = cacheKey && `          kept for ${ttlSeconds} s under ${cacheKey.map(quote).join(", ")}`
  const line = `${strategy.padEnd(9)} ${status} by the ${by}, from the ${from}: ${because}`
  return kept === undefined ? [line] : [line, kept]
}
