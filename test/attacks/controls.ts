/** What must be let in, at every door: a gate that refuses everybody is no gate. */
import { type Attack, bearer, header, sent } from "./attack.ts"
import { type Material, minted } from "./material.ts"
import { request, target, typed } from "./wire.ts"

/** Requests by whoever may read reports; each is answered with 200. */
export function controls(material: Material): readonly Attack[] {
  const { token } = material
  const now = material.now()
  const good = `Bearer ${token}`
  return [
    bearer("the token as the pool has issued it", token, 200),
    header("the scheme in lower case", `bearer ${token}`, 200),
    header("the scheme in capitals", `BEARER ${token}`, 200),
    header("the scheme in mixed case", `bEaReR ${token}`, 200),
    sent("the header's name in lower case", request({ headers: [["authorization", good]] }), 200),
    sent("the header's name in capitals", request({ headers: [["AUTHORIZATION", good]] }), 200),
    sent("blanks around the header's value", request({ headers: [["authorization", `  ${good}\t `]] }), 200),
    sent("a query", request({ path: `${target}?limit=2`, headers: [["authorization", good]] }), 200),
    sent(
      "HTTP/1.0",
      typed(({ prefix }) => [`GET ${prefix}${target} HTTP/1.0`, `authorization: ${good}`, "", ""]),
      200,
    ),
    sent("headers that pretend to be somebody", pretending(good), 200),
    bearer("the same claims, signed again", minted(material, {}), 200),
    bearer("a token of type `JWT`", minted(material, {}, { typ: "JWT" }), 200),
    bearer("a token of type `at+jwt`", minted(material, {}, { typ: "at+jwt" }), 200),
    bearer("an address for a key that nobody follows", minted(material, {}, { jku: material.trap }), 200),
    bearer("a lifetime of 24 hours", minted(material, { iat: now, exp: now + 86_400 }), 200),
    bearer("five minutes before the expiry", minted(material, { exp: now + 300 }), 200),
    bearer("valid from a second ago", minted(material, { nbf: now - 1 }), 200),
    bearer(
      "groups, and claims that nobody asks for",
      minted(material, { "cognito:groups": ["a", "b"], x: { y: [null] } }),
      200,
    ),
    bearer("a token of 4 KB", minted(material, { filler: "x".repeat(2000) }), 200),
  ]
}

function pretending(authorization: string) {
  return request({
    headers: [
      ["authorization", authorization],
      ["x-forwarded-user", "root"],
      ["x-claimgate-decision", "refused"],
      ["proxy-authorization", "Basic YTpi"],
      ["cookie", "Authorization=Bearer x.y.z"],
    ],
  })
}
