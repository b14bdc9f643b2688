/** When a token counts: it has an end, a beginning and a lifetime, all of them numbers that mean a time. */
import { type Attack, bearer, byGateway, type Family } from "./attack.ts"
import { type Material, minted, mintedFromText } from "./material.ts"

export const times: Family = (material) => [...ends(material), ...beginnings(material)]

function ends(material: Material): readonly Attack[] {
  const now = material.now()
  const until = (exp: unknown) => minted(material, { exp })
  const spelled = (exp: string) =>
    mintedFromText(
      material,
      JSON.stringify({ kid: material.kid, alg: "RS256" }),
      JSON.stringify({ ...material.claims, exp: 0 }).replace('"exp":0', `"exp":${exp}`),
    )
  return [
    bearer("no expiry", until(undefined)),
    bearer("an expiry that is null", until(null)),
    bearer("an expiry that is text", until(String(now + 900))),
    bearer("an expiry that is a date", until(new Date((now + 900) * 1000).toISOString())),
    bearer("an expiry in a list", until([now + 900])),
    bearer("an expiry that is true", until(true)),
    bearer("an expiry of zero", until(0)),
    bearer("an expiry before all times", until(-1)),
    bearer("an expiry an hour ago", until(now - 3600)),
    bearer("an expiry one second ago", until(now - 1)),
    bearer("an expiry this very second", until(now)),
    bearer("an expiry in milliseconds", until((now + 900) * 1000)),
    bearer("an expiry of 1e400, which is no number any more", spelled("1e400")),
    bearer("an expiry of -1e400", spelled("-1e400")),
    bearer("an expiry that is not a number", spelled("NaN")),
    bearer("an expiry that is infinite", spelled("Infinity")),
    bearer("an expiry in hexadecimal", spelled("0xffffffff")),
    bearer("an expiry beyond what a number holds exactly", spelled("9007199254740993")),
    bearer("two expiries, the one ahead first", spelled(`${now + 900},"exp":${now - 1}`)),
    // A date, which is how a Cognito authorizer hands it on, has no fraction.
    bearer("an expiry with a fraction", until(now + 900.5), byGateway(401, { http: 401, rest: 200 })),
  ]
}

function beginnings(material: Material): readonly Attack[] {
  const now = material.now()
  const from = (iat: unknown, exp: unknown = now + 900) => minted(material, { iat, exp })
  const notBefore = (nbf: unknown) => minted(material, { nbf })
  return [
    bearer("a lifetime of 24 hours and a second", from(now - 10, now - 10 + 86_401)),
    bearer("a lifetime of ten years", from(now, now + 315_360_000)),
    bearer("a lifetime since 1970", from(0)),
    bearer("a lifetime since before all times", from(-86_400)),
    bearer("no time of issue", from(undefined)),
    bearer("a time of issue that is null", from(null)),
    bearer("a time of issue that is text", from(String(now))),
    bearer("a time of issue ten minutes ahead", from(now + 600)),
    bearer("a time of issue behind the expiry", from(now + 901)),
    bearer("a time of issue in milliseconds", from(now * 1000)),
    bearer("a time of issue with a fraction", from(now - 0.5), byGateway(401, { http: 401, rest: 200 })),
    bearer("valid from ten minutes ahead", notBefore(now + 600)),
    bearer("valid from the year 9999", notBefore(253_402_300_799)),
    bearer("valid from a time that is text", notBefore(String(now - 10))),
    bearer("valid from a time that is true", notBefore(true)),
  ]
}
