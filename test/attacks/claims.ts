/** Claims that no token may be taken with, all rightly signed: it is never the signature that refuses here. */
import { type Attack, bearer, byGateway, type Family } from "./attack.ts"
import { type Claims, type Material, minted, mintedFromText } from "./material.ts"

export const claims: Family = (material) => [
  ...issuers(material),
  ...uses(material),
  ...clients(material),
  ...payloads(material),
]

function issuers(material: Material): readonly Attack[] {
  const { issuer } = material
  const from = (iss: unknown) => minted(material, { iss })
  return [
    bearer("no issuer", from(undefined)),
    bearer("an empty issuer", from("")),
    bearer("an issuer that is null", from(null)),
    bearer("an issuer in a list", from([issuer])),
    bearer("an issuer in an object", from({ url: issuer })),
    bearer("another pool for issuer", from(issuer.replace(/.$/, "2"))),
    bearer("a pool of another region", from(issuer.replaceAll("eu-west-1", "eu-west-2"))),
    bearer("the right pool at another region's address", from(issuer.replace("eu-west-1", "us-east-1"))),
    bearer("the pool's newer name for itself", from(issuer.replace("https://", "https://issuer-"))),
    bearer("an issuer with a slash behind it", from(`${issuer}/`)),
    bearer("an issuer in capitals", from(issuer.toUpperCase())),
    bearer("an issuer without encryption", from(issuer.replace("https:", "http:"))),
    bearer("an issuer with a port", from(issuer.replace(".com/", ".com:443/"))),
    bearer("an issuer with a blank behind it", from(`${issuer} `)),
    bearer("an issuer with a query", from(`${issuer}?`)),
    bearer("an issuer that only begins like the right one", from(`${issuer}.attacker.example`)),
    bearer(
      "an issuer with the right one for user name",
      from(issuer.replace("https://", "https://attacker.example#")),
    ),
    bearer("an issuer of another provider", from("https://accounts.google.com")),
    bearer("an issuer that is no address", from("Local0001")),
  ]
}

function uses(material: Material): readonly Attack[] {
  const { idToken, refreshToken, clientId } = material
  const used = (token_use: unknown, more: Claims = {}) => minted(material, { token_use, ...more })
  return [
    bearer("a real ID token", idToken),
    bearer("an ID token by the key of access tokens", used("id", { aud: clientId })),
    bearer("a refresh token", refreshToken),
    bearer("no token use", used(undefined)),
    bearer("a token use that is null", used(null)),
    bearer("a token use in a list", used(["access"])),
    bearer("two token uses in a list", used(["id", "access"])),
    bearer("a token use in capitals", used("ACCESS")),
    bearer("a token use with a blank", used("access ")),
    bearer("a token use that nobody knows", used("admin")),
    bearer("a token use that is true", used(true)),
  ]
}

/** A JWT authorizer knows the client; a Cognito authorizer takes any, so there it is the backend that refuses. */
function clients(material: Material): readonly Attack[] {
  const { clientId } = material
  const of = (client_id: unknown, more: Claims = {}) => minted(material, { client_id, ...more })
  return [
    bearer("another client", of("strangerclient000000000001")),
    bearer("no client", of(undefined)),
    bearer("an empty client", of("")),
    bearer("a client that is null", of(null)),
    bearer("two clients in a list, one of them right", of(["strangerclient", clientId])),
    bearer("a client in an object", of({ [clientId]: true })),
    bearer("a client in capitals", of(clientId.toUpperCase())),
    bearer("a client with a blank", of(`${clientId} `)),
    bearer("an audience in place of the client", of(undefined, { aud: clientId })),
    bearer("audiences in place of the client", of(undefined, { aud: [clientId, "other"] })),
    bearer("an audience beside another client", of("strangerclient", { aud: clientId })),
    bearer("a client that every object has", of("__proto__")),
    // A list of one is that one where AWS writes claims as text.
    bearer("a client in a list of one", of([clientId]), byGateway(401, { http: 401, rest: 200 })),
  ]
}

/** Whose token it is. What no store can hold as a subject is nobody's; the backend is the last to see to that. */
export const subjects: Family = (material) => {
  const { machineId } = material
  const of = (sub: unknown) => minted(material, { sub })
  return [
    bearer("no subject", of(undefined)),
    bearer("an empty subject", of("")),
    // AWS writes claims as text: a null is left out by one of its authorizers, and four letters to the other.
    bearer("a subject that is null", of(null), byGateway(401, { http: 401, rest: 200 })),
    bearer("a subject in an object", of({ id: material.claims.sub })),
    bearer("two subjects in a list", of(["a", "b"])),
    bearer("a person who is called like a machine", of(`client:${machineId}`)),
    bearer("a person who is called like a machine that nobody has", of("client:")),
    bearer("a subject of one blank", of(" ")),
    bearer("a subject with a line break", of("a\nb")),
    bearer("a subject with a NUL", of("a\0b")),
    bearer("a subject that could end a key", of("a#ROLE#admin")),
    bearer("a subject that is no ASCII", of("\u0430dmin")),
    bearer("a subject of 129 characters", of("a".repeat(129))),
    // AWS writes claims as text: a number is no other text than its digits.
    bearer("a subject that is a number", of(7), byGateway(401, { http: 200, rest: 200 })),
  ]
}

/** What is no JSON object holds no claims. */
function payloads(material: Material): readonly Attack[] {
  const header = JSON.stringify({ kid: material.kid, alg: "RS256" })
  const text = JSON.stringify(material.claims)
  const saying = (payload: string | Buffer) => mintedFromText(material, header, payload)
  return [
    bearer("an empty object", saying("{}")),
    bearer("claims in a list", saying(`[${text}]`)),
    bearer("claims that are text", saying(JSON.stringify(text))),
    bearer("claims that are null", saying("null")),
    bearer("claims that are true", saying("true")),
    bearer("claims behind a byte order mark", saying(`\uFEFF${text}`)),
    bearer("claims in UTF-16", saying(Buffer.from(text, "utf16le"))),
    bearer(
      "claims in UTF-16 with its mark",
      saying(Buffer.concat([Buffer.from([255, 254]), Buffer.from(text, "utf16le")])),
    ),
    bearer("claims with a NUL behind them", saying(`${text}\0`)),
    bearer("claims with other claims behind them", saying(`${text}${text}`)),
    bearer("claims that end in the middle", saying(text.slice(0, -1))),
    bearer("claims with a raw line break in a text", saying(text.replace('"access"', '"acc\ness"'))),
    bearer(
      "a token use in overlong UTF-8",
      saying(Buffer.from(text.replace('"access"', '"\xC1\xA1ccess"'), "latin1")),
    ),
    bearer(
      "a token use in bytes that are no UTF-8",
      saying(Buffer.from(text.replace('"access"', '"access\xFF"'), "latin1")),
    ),
    bearer("a token use in homoglyphs", saying(text.replace('"access"', '"\u0430ccess"'))),
    bearer("claims that are all their prototype's", saying(`{"__proto__":${text}}`)),
    bearer("claims that are all their constructor's", saying(`{"constructor":{"prototype":${text}}}`)),
    bearer("two token uses, the right one first", saying(text.replace(/}$/, ',"token_use":"id"}'))),
    bearer(
      "two issuers, the right one first",
      saying(text.replace(/}$/, ',"iss":"https://attacker.example"}')),
    ),
  ]
}
