/** Who asks, as the gateway says: read once, checked field by field, trusted from then on. */
import type { Doubt } from "@claimgate/core"
import { type NoContext, readFlatContext, readNestedContext } from "./caller/authorizer-context.ts"
import { type NoToken, readCognitoClaims, readJwtClaims } from "./caller/token-claims.ts"
import type { FrontDoor } from "./front-door.ts"

export interface Caller {
  /** A Cognito `sub`, or `client:<client id>`. */
  readonly subject: string
  /** Role names in order of name; `guest` alone where there are none. */
  readonly roles: readonly string[]
  /** `custom:epoch`, or what the store had for it; empty where the token had none. */
  readonly epoch: string
  /** What roles and epoch are from: the token, or the store when a `cached` authorizer's answer was made. */
  readonly source: "token" | "store"
  /** When the token expires, in seconds since 1970. */
  readonly exp: number
  readonly grounds: Grounds
}

/** What came along to decide by. */
export type Grounds =
  /** An authorizer's word on one route, `GET /api/users/{id}`. */
  | { readonly kind: "decision"; readonly route: string; readonly decided: Decided }
  /** `custom:permissions`, which nobody has looked at yet; undefined where the token had none. */
  | { readonly kind: "claim"; readonly permissions: string | undefined }

/** What was decided about the request before it came here. */
export type Decided =
  | { readonly decision: "allowed" }
  /** The token could not tell; the reason is the authorizer's own word for it, a `Doubt` where it is known here. */
  | { readonly decision: "recheck"; readonly because: Doubt | (string & {}) }

/** Why nobody is known: there is no authorizer's word, or the token is not one that counts. */
export type Stranger = NoContext | NoToken

/** A caller, or why there is none. */
export type ReadResult =
  | { readonly known: true; readonly caller: Caller }
  | { readonly known: false; readonly because: Stranger }

/** Reads the caller from what the gateway's authorizer left; `now` in seconds since 1970. */
export type ReadCaller = (authorizer: unknown, now: number) => ReadResult

/** The reader for a door: each has callers of one shape, and knows nobody by another one. */
export function callerReader(door: FrontDoor): ReadCaller {
  if (door.strategy === "backend") {
    const read = door.gateway === "http-api" ? readJwtClaims : readCognitoClaims
    return (authorizer, now) => read(authorizer, door.tokens, now)
  }
  const read = door.gateway === "http-api" ? readNestedContext : readFlatContext
  const source = door.strategy === "cached" ? "store" : "token"
  return (authorizer) => read(authorizer, source)
}
