/** A client's tokens, and what can be read in one without verifying it. */
export interface Tokens {
  readonly access: string
  /** Empty for a machine, which has none. */
  readonly refresh: string
}

type Claims = Readonly<Record<string, string>>

/** The payload of a token; no claims where it is none. */
export function claimsOf({ access }: Tokens): Claims {
  const payload = Buffer.from(access.split(".")[1] ?? "", "base64url").toString("utf8")
  return payload === "" ? {} : JSON.parse(payload)
}

/** Whether the trigger left all three of its claims. */
export function hasClaims(claims: Claims): boolean {
  return ["custom:role", "custom:permissions", "custom:epoch"].every((name) => (claims[name] ?? "") !== "")
}

/** The same token with one claim changed: everything granted. */
export function tampered(tokens: Tokens): Tokens {
  const [header, payload, signature] = tokens.access.split(".")
  const claims = { ...claimsOf(tokens), "custom:role": "admin", "custom:permissions": "*:/**" }
  const forged = Buffer.from(JSON.stringify(claims)).toString("base64url")
  return { access: [header, forged === payload ? "" : forged, signature].join("."), refresh: "" }
}
