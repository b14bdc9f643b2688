import type { LambdaFunction } from "../function.ts"

/** The pre token generation trigger of a pool: the function, and the version of the event that it is sent. */
export interface PreTokenGeneration {
  readonly function: LambdaFunction
  readonly version: "V1_0" | "V2_0" | "V3_0"
  /** Real milliseconds that one attempt may take; Cognito's 5,000 unless a test shortens it. */
  readonly attemptMilliseconds?: number
}

/** What a new password must hold. Cognito's own defaults fill what is left out. */
export interface PasswordPolicy {
  readonly minimumLength?: number
  readonly requireLowercase?: boolean
  readonly requireUppercase?: boolean
  readonly requireNumbers?: boolean
  readonly requireSymbols?: boolean
  readonly temporaryPasswordValidityDays?: number
}

/** A custom attribute of the pool's users. `name` comes without its `custom:` prefix. */
export interface CustomAttribute {
  readonly name: string
  /** True unless said otherwise; a value of an immutable one is set when the user is created, or never. */
  readonly mutable?: boolean
  /** In characters; 2,048 unless said otherwise. */
  readonly maxLength?: number
}

/** A resource server: a machine client asks for its scopes as `identifier/scope`. */
export interface ResourceServer {
  readonly identifier: string
  readonly scopes: readonly string[]
}

/** What an app client may be allowed to do, as `ExplicitAuthFlows` names it. */
export type AuthFlowPermission =
  | "ALLOW_ADMIN_USER_PASSWORD_AUTH"
  | "ALLOW_REFRESH_TOKEN_AUTH"
  | "ALLOW_USER_PASSWORD_AUTH"
  | "ALLOW_USER_SRP_AUTH"

/** An app client. Times are in seconds. */
export interface ClientConfig {
  readonly id: string
  readonly name: string
  readonly secret?: string
  /** Cognito's default when left out: SRP and refresh. */
  readonly explicitAuthFlows?: readonly AuthFlowPermission[]
  /**
   * Attributes that reach the ID token and `GetUser`. Left
   * out: the standard ones, no custom one (seen live).
   */
  readonly readAttributes?: readonly string[]
  /**
   * Attributes that a user may write through this client. Left out: every one, custom ones too (seen live).
   */
  readonly writeAttributes?: readonly string[]
  readonly accessTokenValidity?: number
  readonly idTokenValidity?: number
  readonly refreshTokenValidity?: number
  /** With it a refresh also replaces the refresh token; the old one works for that many more seconds. */
  readonly refreshTokenRotation?: { readonly graceSeconds: number }
  /**
   * False is what Cognito's API calls `LEGACY`, and its default:
   * an unknown user is told apart from a wrong password.
   */
  readonly preventUserExistenceErrors?: boolean
  readonly allowedOAuthFlows?: readonly "client_credentials"[]
  readonly allowedOAuthScopes?: readonly string[]
}

/** A user pool, as its owner declares it. */
export interface UserPoolConfig {
  /** `<region>_<letters and digits>`, for example `eu-west-1_Local0001`. */
  readonly id: string
  readonly name: string
  /**
   * `https://cognito-idp.<region>.amazonaws.com/<id>`; it
   * is what the tokens say, nothing is fetched from there.
   */
  readonly issuer: string
  readonly customAttributes?: readonly CustomAttribute[]
  readonly requiredAttributes?: readonly string[]
  /** `["email"]`: users sign in by email address, and their username is a UUID that the pool makes. */
  readonly usernameAttributes?: readonly "email"[]
  /** `["email"]`: users have a username of their own and can also sign in by their verified email address. */
  readonly aliasAttributes?: readonly "email"[]
  /** False by default: usernames and email addresses in any case are the same user. */
  readonly caseSensitive?: boolean
  /** True by default; false is Cognito's `AllowAdminCreateUserOnly`. */
  readonly selfSignUp?: boolean
  readonly passwordPolicy?: PasswordPolicy
  readonly clients: readonly ClientConfig[]
  readonly resourceServers?: readonly ResourceServer[]
  readonly preTokenGeneration?: PreTokenGeneration
}

/** An app client with every default filled in. */
export interface AppClient extends ClientConfig {
  readonly explicitAuthFlows: readonly AuthFlowPermission[]
  readonly accessTokenValidity: number
  readonly idTokenValidity: number
  readonly refreshTokenValidity: number
}

/** The AWS region that a pool's id names. */
export function regionOf(config: UserPoolConfig): string {
  return config.id.slice(0, config.id.indexOf("_"))
}

/** The part of a pool's id after the `_`: what SRP calls the pool name. */
export function poolNameOf(config: UserPoolConfig): string {
  return config.id.slice(config.id.indexOf("_") + 1)
}

const DAY = 86_400

/** Fills the defaults of an app client, and throws an error that names what Cognito would not accept. */
export function readClient(config: UserPoolConfig, client: ClientConfig): AppClient {
  const full: AppClient = {
    ...client,
    explicitAuthFlows: client.explicitAuthFlows ?? ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    accessTokenValidity: client.accessTokenValidity ?? 3_600,
    idTokenValidity: client.idTokenValidity ?? 3_600,
    refreshTokenValidity: client.refreshTokenValidity ?? 30 * DAY,
  }
  const expect = (held: boolean, what: string) => {
    if (!held) throw new Error(`user pool client \`${client.id}\`: ${what}`)
  }
  expect(/^[\w+]{1,128}$/.test(client.id), "expected an id of 1 to 128 letters, digits, `_` or `+`")
  expect(
    client.secret === undefined || /^[\w+]{1,64}$/.test(client.secret),
    "expected a secret of 1 to 64 letters, digits, `_` or `+`",
  )
  checkTokenValidity(full, expect)
  checkScopes(config, full, expect)
  return full
}

type Expect = (held: boolean, what: string) => void

function checkTokenValidity(client: AppClient, expect: Expect): void {
  const { accessTokenValidity, idTokenValidity, refreshTokenValidity } = client
  const within = (value: number, low: number, high: number) =>
    Number.isInteger(value) && value >= low && value <= high
  expect(within(accessTokenValidity, 300, DAY), "expected an access token validity of 300 to 86400 seconds")
  expect(within(idTokenValidity, 300, DAY), "expected an ID token validity of 300 to 86400 seconds")
  expect(
    within(refreshTokenValidity, 3_600, 3_650 * DAY),
    "expected a refresh token validity of an hour to ten years",
  )
  expect(
    refreshTokenValidity >= Math.max(accessTokenValidity, idTokenValidity),
    "expected a refresh token that lives at least as long as the other tokens",
  )
}

function checkScopes(config: UserPoolConfig, client: AppClient, expect: Expect): void {
  if (!client.allowedOAuthFlows?.includes("client_credentials")) return
  expect(client.secret !== undefined, "expected a secret, as it may use client credentials")
  const known = new Set(
    (config.resourceServers ?? []).flatMap((server) =>
      server.scopes.map((scope) => `${server.identifier}/${scope}`),
    ),
  )
  for (const scope of client.allowedOAuthScopes ?? [])
    expect(known.has(scope), `scope \`${scope}\`: expected a scope of one of the resource servers`)
}

/** Throws an error that says what is wrong when a pool's declaration contradicts itself. */
export function checkConfig(config: UserPoolConfig): void {
  const expect = (held: boolean, what: string) => {
    if (!held) throw new Error(`user pool \`${config.id}\`: ${what}`)
  }
  expect(
    /^[\w-]+_[0-9a-zA-Z]+$/.test(config.id),
    "expected an id of a region, `_` and letters or digits, like `eu-west-1_Local0001`",
  )
  expect(
    config.issuer.endsWith(`/${config.id}`),
    `issuer \`${config.issuer}\`: expected it to end in the pool's id`,
  )
  expect(
    !(config.usernameAttributes?.length && config.aliasAttributes?.length),
    "expected username attributes or alias attributes, not both",
  )
  const ids = config.clients.map((client) => client.id)
  expect(new Set(ids).size === ids.length, "expected every app client to have an id of its own")
  for (const { name } of config.customAttributes ?? [])
    expect(
      /^[a-zA-Z0-9_-]{1,20}$/.test(name),
      `custom attribute \`${name}\`: expected 1 to 20 letters, digits, \`_\` or \`-\``,
    )
}
