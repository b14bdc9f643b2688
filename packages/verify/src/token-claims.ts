/** What a token says, unverified: for comparing it with what others read in it, never for deciding anything. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const text = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")
  try {
    const value: unknown = JSON.parse(text)
    // Any object can be read by name; its values stay unknown.
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
