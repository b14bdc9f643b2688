/** `claimgate decode`: what a token says of permissions, as routes and as the few permissions that mean them. */
import { type Catalog, ClaimgateError, condense, decodeClaim, routeIds } from "@claimgate/core"
import type { Output } from "../output.ts"

/** What a token says, as far as it can be read. Nothing of it was verified. */
export interface DecodedToken {
  readonly verified: false
  readonly subject: string | undefined
  readonly tokenUse: string | undefined
  readonly issuedAt: string | undefined
  readonly expiresAt: string | undefined
  readonly expired: boolean | undefined
  readonly roles: readonly string[]
  readonly epoch: string | undefined
  readonly claim: {
    readonly text: string | undefined
    readonly form: "absent" | "none" | "packed" | "plain"
    readonly readable: boolean
    readonly because?: string
    readonly routes: readonly string[]
    /** The same as `routes`, in the fewest permissions. */
    readonly permissions: readonly string[]
  }
}

/** Decodes a token's text, with or without `Bearer` in front. Throws `malformed_input` for what is no token. */
export function decodeToken(catalog: Catalog, text: string, now: number): DecodedToken {
  const payload = readPayload(text.trim().replace(/^bearer +/i, ""))
  const word = (name: string) => (typeof payload[name] === "string" ? payload[name] : undefined)
  const seconds = (name: string) => (typeof payload[name] === "number" ? payload[name] : undefined)
  const expires = seconds("exp")
  return {
    verified: false,
    subject: word("sub"),
    tokenUse: word("token_use"),
    issuedAt: timestamp(seconds("iat")),
    expiresAt: timestamp(expires),
    expired: expires === undefined ? undefined : expires * 1000 <= now,
    roles: word("custom:role")?.split(",") ?? [],
    epoch: word("custom:epoch"),
    claim: readClaim(catalog, word("custom:permissions")),
  }
}

/** Runs the command. */
export function runDecode(catalog: Catalog, text: string, now: number, output: Output): void {
  const token = decodeToken(catalog, text, now)
  output.answer(token, describe(token, output))
}

function describe(
  { subject, tokenUse, roles, epoch, expiresAt, expired, claim }: DecodedToken,
  output: Output,
) {
  const { style } = output
  const readable = claim.readable
    ? `${claim.form}, ${claim.text?.length ?? 0} characters, ${claim.routes.length} routes`
    : style.bad(`unreadable: ${claim.because}`)
  return [
    style.faint("not verified: whoever can sign can write anything here"),
    `subject      ${subject ?? "none"}`,
    `token use    ${tokenUse ?? "none"}`,
    `expires      ${expiresAt ?? "never"}${expired === true ? style.bad("  expired") : ""}`,
    `roles        ${roles.join(", ") || "none"}`,
    `epoch        ${epoch ?? "none"}`,
    `permissions  ${readable}`,
    ...claim.permissions.map((permission) => `  ${permission}`),
    ...(claim.routes.length === 0 ? [] : ["routes"]),
    ...claim.routes.map((route) => `  ${route}`),
  ]
}

function readClaim(catalog: Catalog, text: string | undefined): DecodedToken["claim"] {
  const form = text === undefined ? "absent" : text === "-" ? "none" : text.includes(":") ? "plain" : "packed"
  const decoded = decodeClaim(catalog, text)
  if (!decoded.ok)
    return { text, form, readable: false, because: decoded.because, routes: [], permissions: [] }
  const routes = routeIds(decoded.routes)
    .flatMap((id) => catalog.routes[id] ?? [])
    .filter((route) => route.retiredAt === Infinity)
    .map(({ method, path }) => `${method} ${path}`)
  return { text, form, readable: true, routes, permissions: condense(catalog, decoded.routes) }
}

function readPayload(token: string): Readonly<Record<string, unknown>> {
  const payload = token.split(".").length === 3 ? token.split(".")[1] : undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(payload ?? "", "base64url").toString("utf8"))
    // Any object can be read by name; its values stay unknown.
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>
  } catch {
    // Falls through to the one message; what was given is never repeated: it may be a secret.
  }
  throw new ClaimgateError(
    "malformed_input",
    "token: expected a JWT, three parts of base64url with dots between",
  )
}

function timestamp(seconds: number | undefined): string | undefined {
  return seconds === undefined || Math.abs(seconds) > 8.64e12
    ? undefined
    : new Date(seconds * 1000).toISOString()
}
