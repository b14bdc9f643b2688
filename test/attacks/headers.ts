/** What else a token's header can ask for, and what a header can be instead of one JSON object. */
import { deflateRawSync } from "node:zlib"
import { type Attack, bearer, byGateway, type Family } from "./attack.ts"
import { encode, forged, type Material, minted, mintedFromText, partsOf, rsa } from "./material.ts"

export const headers: Family = (material) => [...extensions(material), ...noHeader(material)]

/** Signed by the pool, so that it is not the signature that refuses; AWS may pass over what it does not know. */
function extensions(material: Material): readonly Attack[] {
  const asking = (header: object) => minted(material, {}, { ...header })
  const passedOver = byGateway(401, { http: 200, rest: 200 })
  const { kid, claims, poolKey, token } = material
  const compressed = deflateRawSync(JSON.stringify(claims))
  const input = `${encode({ kid, alg: "RS256", zip: "DEF" })}.${encode(compressed)}`
  return [
    bearer("a critical extension that nobody knows", asking({ crit: ["x"], x: 1 }), passedOver),
    bearer("a critical extension that everybody knows", asking({ crit: ["exp"], exp: 1 }), passedOver),
    bearer("an empty list of critical extensions", asking({ crit: [] }), passedOver),
    bearer("critical extensions that are no list", asking({ crit: "b64" }), passedOver),
    bearer("critical extensions that are null", asking({ crit: null }), passedOver),
    bearer("a payload that says to be no base64", asking({ b64: false, crit: ["b64"] }), passedOver),
    bearer("a payload that says so without calling it critical", asking({ b64: false }), passedOver),
    bearer("a payload that is plain JSON", plainPayload(material)),
    bearer("a payload that is compressed", `${input}.${encode(rsa(poolKey)(Buffer.from(input)))}`),
    bearer("a token inside a token", forged({ kid, alg: "RS256", cty: "JWT" }, token, rsa(poolKey))),
    bearer("a token inside a claim", minted(material, { iss: undefined, jwt: token }, { cty: "JWT" })),
  ]
}

/** RFC 7797: what is signed is the payload itself. */
function plainPayload({ kid, claims, poolKey }: Material): string {
  const header = encode({ kid, alg: "RS256", b64: false, crit: ["b64"] })
  const payload = JSON.stringify(claims)
  return `${header}.${payload}.${encode(rsa(poolKey)(Buffer.from(`${header}.${payload}`)))}`
}

/** Signed by the pool as well: what is no JSON object is no header, however well it is signed. */
function noHeader(material: Material): readonly Attack[] {
  const fields = `"kid":"${material.kid}","alg":"RS256"`
  const said = (header: string | Buffer) => mintedFromText(material, header, JSON.stringify(material.claims))
  const { payload, signature } = partsOf(material.token)
  return [
    bearer("an empty header", `.${payload}.${signature}`),
    bearer("a header that is an empty object", said("{}")),
    bearer("a header in a list", said(`[{${fields}}]`)),
    bearer("a header that is text", said(JSON.stringify(`{${fields}}`))),
    bearer("a header that is null", said("null")),
    bearer("a header that is a number", said("1")),
    bearer("a header behind a byte order mark", said(`\uFEFF{${fields}}`)),
    bearer("a header with something behind it", said(`{${fields}}}`)),
    bearer("a header with a NUL behind it", said(`{${fields}}\0`)),
    bearer("two headers in one", said(`{${fields}}{${fields}}`)),
    bearer("a header with a comment", said(`{${fields}/**/}`)),
    bearer("a header with a comma too many", said(`{${fields},}`)),
    bearer("a header in single quotes", said(`{${fields}}`.replaceAll('"', "'"))),
    bearer("a header that ends in the middle", said(`{${fields}`)),
    bearer("a header in UTF-16", said(Buffer.from(`{${fields}}`, "utf16le"))),
    bearer(
      "a header with 2,000 lists in each other",
      said(`{"x":${"[".repeat(2000)}${"]".repeat(1999)},${fields}}`),
    ),
    bearer("a header whose fields are its prototype's", said(`{"__proto__":{${fields}}}`)),
  ]
}
