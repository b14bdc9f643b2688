/**
 * The claim itself, twisted, in rightly signed tokens of somebody who may do nothing: what cannot be read grants
 * nothing, what can be read grants what it spells out, and nothing else in a token grants anything.
 */
import { catalog } from "@claimgate/catalog"
import { encodeClaim, expand } from "@claimgate/core"
import { type Answers, type Attack, bearer, byGateway, type Family } from "./attack.ts"
import { type Claims, type Material, minted, mintedFromText } from "./material.ts"

export const permissions: Family = (material) => [
  ...unreadable(material),
  ...worthless(material),
  ...elsewhere(material),
  ...rolesAndEpochs(material),
]

/** Nobody behind `claims` can ask the store: a new token would help. Everywhere else the store says no. */
const cannotTell: Answers = {
  ...{ hybrid: 403, cached: 403, backend: 403, "backend-rest": 403 },
  ...{ claims: 401, "claims-rest": 401, "claims-token": 401 },
}

/** All that there is to grant, packed. */
const everything = encodeClaim(catalog, expand(catalog, ["*:/**"]))
const [mode, release, check, payload] = [
  everything.slice(0, 1),
  everything.slice(1, 6),
  everything.slice(6, 9),
  everything.slice(9),
]

function holding(material: Material, claim: unknown, more: Claims = {}): string {
  return minted(material, { "custom:permissions": claim, ...more }, {}, material.powerless)
}

function unreadable(material: Material): readonly Attack[] {
  const says = (what: string, claim: unknown) => bearer(what, holding(material, claim), cannotTell)
  return [
    says("no claim", undefined),
    says("an empty claim", ""),
    says("a claim that is null", null),
    says("a claim that is true", true),
    says("a claim that is a number", 1),
    says("a claim in an object", { [everything]: true }),
    says("two claims in a list", [everything, everything]),
    says("an unknown mode", `C${release}${check}${payload}`),
    says("the mode in lower case", `b${release}${check}${payload}`),
    says("the mode alone", mode),
    says("a release that nobody published", `${mode}_____${check}${payload}`),
    says("no release", `${mode}${check}${payload}`),
    says("a wrong check", `${mode}${release}AAA${payload}`),
    says("the check of another set", `${mode}${release}${checkOf("GET:/api/users")}${payload}`),
    says("one digit of the payload changed", `${mode}${release}${check}${changed(payload)}`),
    says("a payload that is cut", `${mode}${release}${check}`),
    says("digits of the other base64", `${mode}${release}${check}+/`),
    says("a digit of another script", `${mode}${release}${check}\u0430`),
    says("a blank in front of it", ` ${everything}`),
    says("a line break behind it", `${everything}\n`),
    says("a NUL behind it", `${everything}\0`),
    says("padding behind it", `${everything}==`),
    says("more than 4,096 characters", everything.padEnd(4097, "A")),
    says("more than 4,096 characters of routes", "GET:/api/reports,".repeat(250)),
    says("a star", "*"),
    says("a blank between method and path", "GET: /api/reports"),
    says("a word", "admin"),
    says("a claim in quotes", `"${everything}"`),
  ]
}

function checkOf(permission: string): string {
  return encodeClaim(catalog, expand(catalog, [permission])).slice(6, 9)
}

function changed(text: string): string {
  return text.startsWith("B") ? `C${text.slice(1)}` : `B${text.slice(1)}`
}

/** Plain claims that name no route: each of them would, to whoever tidies up before comparing. */
function worthless(material: Material): readonly Attack[] {
  const says = (what: string, claim: string) => bearer(what, holding(material, claim), 403)
  return [
    says("a claim that grants nothing", "-"),
    says("every method of every path", "*:/**"),
    says("every path", "GET:/**"),
    says("every path below", "GET:/api/*"),
    says("a parameter where the route has a literal", "GET:/api/{any}"),
    says("a route in lower case", "get:/api/reports"),
    says("a route in capitals", "GET:/API/REPORTS"),
    says("a route behind a blank", " GET:/api/reports"),
    says("a blank behind the method", "GET :/api/reports"),
    says("a blank behind the path", "GET:/api/reports "),
    says("a slash behind the path", "GET:/api/reports/"),
    says("two slashes", "GET:/api//reports"),
    says("a path that leads up", "GET:/api/users/../reports"),
    says("a percent-encoded letter", "GET:/api/%72eports"),
    says("a NUL behind the path", "GET:/api/reports\0"),
    says("a homoglyph", "GET:/\u0430pi/reports"),
    says("a query", "GET:/api/reports?"),
    says("two methods", "GET|POST:/api/reports"),
    says("semicolons between routes", "GET:/api/users;GET:/api/reports"),
    says("line breaks between routes", "GET:/api/users\nGET:/api/reports"),
    says("another route", "POST:/api/reports"),
    says("a route that takes it away", "!GET:/api/reports"),
    says("a property that every object has", "constructor:/__proto__"),
  ]
}

/** Everything in a token that could be taken for a permission. */
function elsewhere(material: Material): readonly Attack[] {
  const { powerless } = material
  const header = JSON.stringify({ kid: material.kid, alg: "RS256" })
  const { "custom:permissions": _, ...without } = powerless
  const and = (claims: Claims, json: string) =>
    mintedFromText(material, header, JSON.stringify(claims).replace(/}$/, `,${json}}`))
  const also = (json: string) => and(powerless, json)
  const says = (what: string, more: Claims) => bearer(what, minted(material, more, {}, powerless), 403)
  return [
    says("the role `admin`, by name", { "custom:role": "admin" }),
    says("the role `reader`, by name", { "custom:role": "reader" }),
    says("groups of the pool", { "cognito:groups": ["admin", "reader"] }),
    says("roles of the pool", { "cognito:roles": ["arn:aws:iam::123456789012:role/admin"] }),
    says("a scope that is called like a permission", {
      scope: "aws.cognito.signin.user.admin GET:/api/reports",
    }),
    says("a scope that is everything", { scope: "aws.cognito.signin.user.admin * admin api/use" }),
    says("permissions without a prefix", { permissions: everything }),
    says("permissions of a developer's attribute", { "dev:custom:permissions": everything }),
    says("permissions in other letters", { "Custom:Permissions": everything }),
    says("permissions behind a blank", { "custom:permissions ": everything }),
    says("permissions in an object", { custom: { permissions: everything } }),
    says("a user name that is an administrator's", { username: "ann", "cognito:username": "ann" }),
    says("an epoch far ahead", { "custom:epoch": "999999.999999.999999" }),
    bearer(
      "permissions twice, nothing last",
      also(`"custom:permissions":"${everything}","custom:permissions":"-"`),
      403,
    ),
    bearer("permissions of a prototype", also(`"__proto__":{"custom:permissions":"${everything}"}`), 403),
    bearer(
      "permissions of a constructor's prototype",
      also(`"constructor":{"prototype":{"custom:permissions":"${everything}"}}`),
      403,
    ),
    bearer(
      "no permissions but a prototype's",
      and(without, `"__proto__":{"custom:permissions":"${everything}"}`),
      cannotTell,
    ),
    // A list of one is that one where a Cognito authorizer writes claims as text; the pool has signed it.
    bearer("a claim in a list of one", holding(material, [everything]), {
      ...byGateway(401, { http: 403, rest: 200 }),
      hybrid: 403,
      cached: 403,
    }),
  ]
}

/** What stands beside the claim, and would be handed on to the backend. `cached` reads neither: there the store speaks. */
function rolesAndEpochs(material: Material): readonly Attack[] {
  const storeSpeaks = { ...byGateway(401, { http: 401, rest: 401 }), cached: 200 }
  const says = (what: string, more: Claims) => bearer(what, minted(material, more), storeSpeaks)
  return [
    says("a role that is no name", { "custom:role": "Admin" }),
    says("a role with a key's separator", { "custom:role": "a#ROLE#b" }),
    says("a role that is empty", { "custom:role": "" }),
    says("a role behind a blank", { "custom:role": "reader, admin" }),
    says("seventeen roles", { "custom:role": Array.from({ length: 17 }, (_, n) => `r${n}`).join(",") }),
    says("a role that every object has", { "custom:role": "__proto__" }),
    says("an epoch that is no number", { "custom:epoch": "x" }),
    says("an epoch below zero", { "custom:epoch": "-1.-1.-1" }),
    says("an epoch with an exponent", { "custom:epoch": "1e9.1e9.1e9" }),
    says("an epoch of 5,000 digits", { "custom:epoch": "9".repeat(5000) }),
  ]
}

/**
 * Everything granted, to somebody who may do nothing any more, by a token that hides how old it is. Only a change feed
 * can tell: where there is one, it has the store asked.
 */
export const hiddenAges: Family = (material) => {
  const says = (what: string, epoch: unknown) =>
    bearer(what, holding(material, everything, { "custom:epoch": epoch }), [401, 403])
  return [
    says("no epoch", undefined),
    says("an epoch that is empty", ""),
    says("an epoch that is null", null),
    says("an epoch that is a number", 1),
    says("an epoch in a list", ["9.9.9"]),
    says("an epoch in an object", { toString: "9.9.9" }),
    says("an epoch that is a word", "newest"),
    says("an epoch below zero", "-1.-1"),
    says("an epoch in hexadecimal", "0xff.0xff"),
    says("an epoch with blanks", " 9 . 9 "),
    says("an epoch that is infinite", "Infinity.Infinity"),
    says("an epoch of 400 digits", `${"9".repeat(400)}.${"9".repeat(400)}`),
    says("an epoch of dots", "..."),
    says("an epoch with a comma", "9,9"),
    says("an old epoch", "0.0"),
    says("an epoch of one number", "9"),
    says("an epoch of full-width digits", "\uFF19.\uFF19"),
  ]
}
