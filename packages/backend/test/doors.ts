/** All front doors, and how one and the same caller comes through each of them. */
import { formatJavaDate } from "../src/caller/java-date.ts"
import type { FrontDoor } from "../src/front-door.ts"
import {
  allowedTo,
  clientId,
  cognitoClaims,
  httpEvent,
  jwtClaims,
  restEvent,
  type Sent,
  today,
  tokens,
} from "./event.ts"

/** By the names that the local stack has for them. */
export const doors = {
  hybrid: { strategy: "hybrid", gateway: "http-api" },
  claims: { strategy: "claims", gateway: "http-api" },
  "claims-rest": { strategy: "claims", gateway: "rest-api" },
  cached: { strategy: "cached", gateway: "rest-api" },
  backend: { strategy: "backend", gateway: "http-api", tokens },
  "backend-rest": { strategy: "backend", gateway: "rest-api", tokens },
} as const satisfies Readonly<Record<string, FrontDoor>>

export type DoorName = keyof typeof doors
export const doorNames = Object.keys(doors) as readonly DoorName[]

/** Who comes, and with what. */
export interface Visitor {
  readonly subject?: string
  readonly roles?: string
  readonly epoch?: string
  /** Seconds since 1970. */
  readonly iat?: number
  readonly exp?: number
  /** `custom:permissions`: what `backend` decides by. */
  readonly claim?: string | undefined
  /** What an authorizer has decided, and of which route: what all other strategies decide by. */
  readonly route?: string | undefined
  readonly because?: string | undefined
}

/** The event of a request that a visitor's door has let through. */
export function eventThrough(name: DoorName, sent: Sent, visitor: Visitor): unknown {
  const { subject = "11111111-1111-4111-8111-111111111111", roles = "editor", epoch = "0.1.1" } = visitor
  const { iat = today - 300, exp = today + 600, claim, route, because } = visitor
  const machine = subject.startsWith("client:") ? subject.slice("client:".length) : undefined
  const claims = {
    sub: machine ?? subject,
    client_id: machine ?? clientId,
    "custom:role": roles,
    "custom:epoch": epoch,
    "custom:permissions": claim,
  }
  switch (name) {
    case "backend":
      return httpEvent(sent, {
        jwt: { claims: jwtClaims({ ...claims, ...texts({ iat, exp }) }), scopes: null },
      })
    case "backend-rest":
      return restEvent(sent, { claims: cognitoClaims({ ...claims, ...dates({ iat, exp }) }) })
    default: {
      const decision = because === undefined ? "allowed" : "recheck"
      const context = allowedTo(route, { subject, roles, epoch, exp: String(exp), decision, because })
      return doors[name].gateway === "http-api"
        ? httpEvent(sent, { lambda: context })
        : restEvent(sent, { principalId: subject, integrationLatency: 3, ...context })
    }
  }
}

type Times = Readonly<Record<"iat" | "exp", number>>

function texts({ iat, exp }: Times) {
  return { iat: String(iat), exp: String(exp) }
}

function dates({ iat, exp }: Times) {
  return { iat: formatJavaDate(iat), exp: formatJavaDate(exp) }
}
