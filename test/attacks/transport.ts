/** How a token gets to the gateway, or seems to: one Authorization header, `Bearer`, and nothing besides. */
import { type Attack, byGateway, type Family, header, sent } from "./attack.ts"
import { broken, encode, type Material } from "./material.ts"
import { type Header, request, target } from "./wire.ts"

export const transport: Family = (material) => [
  ...schemes(material),
  ...severalHeaders(material),
  ...otherPlaces(material),
  ...pretenders(),
]

function schemes({ token }: Material): readonly Attack[] {
  // AWS's own authorizers take a token without a scheme, and blanks in front of it.
  const withoutScheme = byGateway(401, { http: 200, rest: 200 })
  return [
    sent("no Authorization header", request({})),
    header("an empty Authorization header", ""),
    header("the scheme alone", "Bearer"),
    header("the scheme and a blank", "Bearer "),
    header("no scheme", token, withoutScheme),
    header("two blanks behind the scheme", `Bearer  ${token}`, withoutScheme),
    header("a tab behind the scheme", `Bearer\t${token}`),
    header("a no-break space behind the scheme", `Bearer\xA0${token}`),
    header("nothing behind the scheme but the token", `Bearer${token}`),
    header("a colon behind the scheme", `Bearer: ${token}`),
    header("an equals sign behind the scheme", `Bearer=${token}`),
    header("the scheme twice", `Bearer Bearer ${token}`),
    header("another scheme in front", `Basic Bearer ${token}`),
    header("`Basic` with a token", `Basic ${token}`),
    header("`Basic` with a token for password", `Basic ${Buffer.from(`ben:${token}`).toString("base64")}`),
    ...["Token", "JWT", "DPoP", "Digest", "Negotiate", "Bearer2", "X-Bearer"].map((scheme) =>
      header(`\`${scheme}\` with a token`, `${scheme} ${token}`),
    ),
    header("a parameter for the token", `Bearer token="${token}"`),
    header("AWS's own scheme", `AWS4-HMAC-SHA256 Credential=${token}, SignedHeaders=host, Signature=0`),
    header("the header's name in its value", `Authorization: Bearer ${token}`),
  ]
}

/** One header is one token: two readers could take two different ones. */
function severalHeaders({ token }: Material): readonly Attack[] {
  const good = `Bearer ${token}`
  const bad = `Bearer ${broken(token)}`
  const both = (...values: string[]) => request({ headers: values.map((value) => ["authorization", value]) })
  return [
    sent("a valid token twice, in two headers", both(good, good)),
    sent("a valid token in a header behind a forged one", both(bad, good)),
    sent("a valid token in a header before a forged one", both(good, bad)),
    sent("a valid token behind an empty header", both("", good)),
    sent("a valid token before an empty header", both(good, "")),
    sent("a valid token behind a password", both("Basic YTpi", good)),
    sent(
      "two spellings of the header's name",
      request({
        headers: [
          ["Authorization", bad],
          ["authorization", good],
        ],
      }),
    ),
    sent("three headers", both(good, good, good)),
    header("two valid tokens with a comma", `${good}, ${good}`),
    header("two tokens with a comma, without a blank", `${good},${good}`),
    header("a forged token, a comma, a valid one", `${bad},${good}`),
    header("a valid token and an empty one with a comma", `${good},`),
    header("two tokens with a blank", `${good} ${token}`),
    header("two tokens with a semicolon", `${good}; ${token}`),
  ]
}

/** A valid token, where nobody looks for one. */
function otherPlaces({ token }: Material): readonly Attack[] {
  const named = (name: string): Attack =>
    sent(`a token in the header \`${name}\``, request({ headers: [[name, `Bearer ${token}`]] }))
  const form = { method: "POST", headers: [["content-type", "application/x-www-form-urlencoded"]] } as const
  return [
    sent("a token in the query", request({ path: `${target}?access_token=${token}` })),
    sent("an Authorization in the query", request({ path: `${target}?Authorization=Bearer%20${token}` })),
    sent(
      "a token in the fragment",
      request({ path: `${target}#access_token=${token}` }),
      [401, 400, 403, 404],
    ),
    sent("a token for a user name in the target", request({ path: `${target}?user=${token}@` })),
    sent("a token in the body", request({ ...form, body: `access_token=${token}` })),
    ...["access_token", "token", "session", "Authorization", "__Host-token"].map((name) =>
      sent(`a token in the cookie \`${name}\``, request({ headers: [["cookie", `${name}=${token}`]] })),
    ),
    ...[
      ...["X-Authorization", "Proxy-Authorization", "WWW-Authenticate", "Authentication", "X-Auth-Token"],
      ...["X-Amz-Security-Token", "X-Amzn-Remapped-Authorization", "X-Forwarded-Authorization", "X-Api-Key"],
      ...["Authorization_", "_Authorization", "Authorization-", "Author1zation", "HTTP_AUTHORIZATION"],
    ].map(named),
  ]
}

/** Headers that say that somebody else has checked already. There is no token. */
function pretenders(): readonly Attack[] {
  const context = {
    subject: "root",
    roles: "admin",
    epoch: "1.1",
    exp: "9999999999",
    decision: "allowed",
    route: `GET ${target}`,
  }
  const json = JSON.stringify(context)
  const claims = JSON.stringify({ sub: "root", "custom:permissions": "GET:/api/reports" })
  const sending = (name: string, value: string): Attack =>
    sent(`no token, and \`${name}\``, request({ headers: [[name, value]] }))
  const each = Object.entries(context).map(([name, value]): Header => [`x-claimgate-${name}`, value])
  return [
    sent("no token, and every field of an authorizer's context", request({ headers: each })),
    sending("requestContext", JSON.stringify({ authorizer: { lambda: context } })),
    sending("x-amzn-request-context", JSON.stringify({ authorizer: { lambda: context } })),
    sending(
      "x-apigateway-event",
      encodeURIComponent(JSON.stringify({ requestContext: { authorizer: context } })),
    ),
    sending("x-amzn-authorizer", json),
    sending("x-authorizer-claims", claims),
    sending("x-amzn-oidc-data", `${encode({ alg: "ES256" })}.${encode(claims)}.`),
    sending("x-amzn-oidc-identity", "root"),
    sending("x-jwt-claims", claims),
    sending("x-forwarded-user", "root"),
    sending("x-remote-user", "root"),
    sending("x-user-roles", "admin"),
    sending("x-forwarded-for", "127.0.0.1"),
    sending("x-original-url", "/health"),
    sending("x-rewrite-url", "/health"),
    sending("x-http-method-override", "GET"),
    sending("x-amz-invocation-type", "DryRun"),
    sending("x-amzn-apigateway-authorizer-bypass", "true"),
    sending("__proto__", json),
  ]
}
