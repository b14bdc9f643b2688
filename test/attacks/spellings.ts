/** A valid token, spelled otherwise: cut, swapped, padded, re-encoded. One token has one spelling. */
import { type Attack, bearer, byGateway, type Family } from "./attack.ts"
import { encode, type Material, minted, mintedFromText, partsOf } from "./material.ts"
import { cut, utf8 } from "./wire.ts"

export const spellings: Family = (material) => [
  ...signatures(material),
  ...payloads(material),
  ...shapes(material),
  ...alphabets(material),
  ...sizes(material),
]

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/** AWS's own authorizers may decode more leniently: the token is still one that the pool has signed. */
const sameToken = byGateway(401, { http: 200, rest: 200 })

function signatures(material: Material): readonly Attack[] {
  const { header, payload, signature } = partsOf(material.token)
  const signed = (text: string) => `${header}.${payload}.${text}`
  const flipped = (bit: number) => {
    const bytes = Buffer.from(signature, "base64url")
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    return signed(encode(bytes))
  }
  const reversed = encode(Buffer.from(signature, "base64url").reverse())
  const other = partsOf(minted(material, { jti: "another" })).signature
  return [
    bearer("no signature, and no dot for one", `${header}.${payload}`),
    bearer("an empty signature", signed("")),
    bearer("the first bit of the signature flipped", flipped(7)),
    bearer("a bit in the middle of the signature flipped", flipped(1024)),
    bearer("the last bit of the signature flipped", flipped(2040)),
    bearer("a signature without its last character", signed(signature.slice(0, -1))),
    bearer("half a signature", signed(signature.slice(0, 171))),
    bearer("a signature twice", signed(signature + signature)),
    bearer(
      "a zero byte in front of the signature",
      signed(encode(Buffer.concat([Buffer.alloc(1), Buffer.from(signature, "base64url")]))),
    ),
    bearer(
      "a zero byte behind the signature",
      signed(encode(Buffer.concat([Buffer.from(signature, "base64url"), Buffer.alloc(1)]))),
    ),
    bearer("a signature from back to front", signed(reversed)),
    bearer("the signature of another token of the same subject", signed(other)),
    bearer("a signature with unused bits set", signed(respelled(signature)), sameToken),
    bearer("a signature with padding", signed(`${signature}==`)),
    bearer("a signature with one character of padding", signed(`${signature}=`)),
  ]
}

/** The same bytes to whoever does not look at the bits that a last digit has too many (RFC 4648 §3.5). */
function respelled(part: string): string {
  return part.slice(0, -1) + digits.charAt(digits.indexOf(part.slice(-1)) + 1)
}

function payloads({ token, claims, powerless }: Material): readonly Attack[] {
  const { header, payload, signature } = partsOf(token)
  const saying = (content: object | string) => `${header}.${encode(content)}.${signature}`
  return [
    bearer("another payload under an old signature", saying({ sub: "root" })),
    bearer("somebody else's claims under an old signature", saying(powerless)),
    bearer(
      "everything granted under an old signature",
      saying({ ...claims, "custom:permissions": "*:/**", "custom:role": "admin" }),
    ),
    bearer("a later expiry under an old signature", saying({ ...claims, exp: Number(claims.exp) + 60 })),
    bearer("the same claims with a blank more", saying(`${JSON.stringify(claims)} `)),
    bearer("the same claims in another order", saying(Object.fromEntries(Object.entries(claims).reverse()))),
    bearer("an empty payload", `${header}..${signature}`),
    bearer("a payload without its last character", `${header}.${payload.slice(0, -1)}.${signature}`),
    bearer("a header and a payload in each other's place", `${payload}.${header}.${signature}`),
  ]
}

function shapes(material: Material): readonly Attack[] {
  const { token } = material
  const { header, payload, signature } = partsOf(token)
  const general = { payload, signatures: [{ protected: header, signature }] }
  return [
    bearer("four parts, the last one empty", `${token}.`),
    bearer("four parts", `${token}.${signature}`),
    bearer(
      "five parts, as of an encrypted token",
      `${header}.${encode("key")}.${encode("iv")}.${payload}.${signature}`,
    ),
    bearer(
      "a token that says to be encrypted directly",
      `${encode({ alg: "dir", enc: "A256GCM" })}..${encode("iv")}.${payload}.${encode("tag")}`,
    ),
    bearer("a dot in front", `.${token}`),
    bearer("two dots between header and payload", token.replace(".", "..")),
    bearer("nothing but dots", ".."),
    bearer("a token in JSON, flattened", JSON.stringify({ payload, protected: header, signature })),
    bearer("a token in JSON, general", JSON.stringify(general)),
    bearer("a token in quotes", `"${token}"`),
    bearer("a token in angle brackets", `<${token}>`),
    bearer("a token in a list", `[${token}]`),
    bearer("a token and a semicolon", `${token};`),
    bearer("a token and a parameter", `${token}, realm="x"`),
    bearer("a word in place of a token", "null"),
    bearer("one letter in place of a token", "a"),
  ]
}

function alphabets({ token }: Material): readonly Attack[] {
  const { header, payload, signature } = partsOf(token)
  const standard = (part: string) => part.replaceAll("-", "+").replaceAll("_", "/")
  return [
    bearer("base64 in place of base64url", standard(token) === token ? `${token}+` : standard(token)),
    bearer(
      "every part padded",
      [header, payload, signature].map((part) => part.padEnd(Math.ceil(part.length / 4) * 4, "=")).join("."),
    ),
    bearer(
      "hexadecimal digits",
      [header, payload, signature].map((part) => Buffer.from(part, "base64url").toString("hex")).join("."),
    ),
    bearer("a token that is base64 once more", encode(token)),
    bearer("dots percent-encoded", token.replaceAll(".", "%2E")),
    bearer("dots of another script", utf8(token.replaceAll(".", "\u3002"))),
    bearer("one Cyrillic letter among the others", utf8(token.replace(/[aA]/, "\u0430"))),
    bearer("full-width letters", utf8(token.replace("e", "\uFF45"))),
    bearer("a zero-width blank in it", utf8(`${header}.\u200B${payload}.${signature}`)),
    bearer("a blank in it", `${header}. ${payload}.${signature}`),
    bearer("a tab in it", `${header}.\t${payload}.${signature}`),
    bearer("bytes that are no UTF-8", `${token}\xFF\xFE`),
    bearer("an overlong dot", token.replace(".", "\xC0\xAE")),
    bearer("a token in UTF-16, without its NULs", `\xFF\xFE${token}`),
    bearer("a byte order mark in front", utf8(`\uFEFF${token}`)),
    bearer("a no-break space behind it", `${token}\xA0`),
  ]
}

/** A door's gateway takes 10,240 bytes of headers; the server of this machine 64 KB. */
function sizes(material: Material): readonly Attack[] {
  const long = (bytes: number) => {
    const missing = bytes - minted(material, { filler: "" }).length
    return minted(material, { filler: "x".repeat(Math.ceil((missing * 3) / 4)) })
  }
  const { token } = material
  const tooLarge = byGateway(431, { http: 431, rest: 494 })
  const byRest = { ...tooLarge, cached: 494, "claims-rest": 494, "claims-token": 494 }
  const nested = mintedFromText(
    material,
    JSON.stringify({ kid: material.kid, alg: "RS256" }),
    `${"[".repeat(2500)}${"]".repeat(2500)}`,
  )
  return [
    bearer("a payload of 2,500 lists in each other", nested),
    bearer("a token of more than 8 KB, rightly signed", long(8196), sameToken),
    bearer("a token and 9,000 characters", token + "A".repeat(9000 - token.length)),
    bearer("a token of 10,000 dots", ".".repeat(10_000)),
    bearer("a token of 11 KB", token + "A".repeat(11_000 - token.length), byRest),
    bearer("a token of 70 KB", token + "A".repeat(70_000), [431, cut]),
    bearer("a token of 1 MB", token + "A".repeat(1_048_576), [431, cut]),
  ]
}
