/**
 * The caller context: what an authorizer tells the backend about a request that it let through. Strings only,
 * because gateways turn everything else into strings. Nothing in it comes from the client but by way of a
 * verified token.
 */
export interface CallerContext {
  /** A Cognito `sub`, or `client:<client id>`. */
  readonly subject: string
  /** Role names, comma-joined in order of name, or `guest`. */
  readonly roles: string
  /** The token's `custom:epoch`; empty where the token had none. */
  readonly epoch: string
  /** When the token expires, in seconds since 1970. A cached answer can outlive it. */
  readonly exp: string
  readonly decision: "allowed" | "recheck"
  /** Why the token could not tell; only with `recheck`. */
  readonly because?: string
  /** `GET /api/users/{id}`: the catalog route that was decided; left out where a cached answer serves several. */
  readonly route?: string
}
