/**
 * Cognito's pre-token-generation events, versions V1_0, V2_0 and V3_0, and their answers.
 * Source: docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
import { ClaimgateError, quote } from "@claimgate/core"
import type { Claims } from "./pre-token.ts"

export interface PreTokenEvent {
  readonly version: "1" | "2" | "3"
  readonly triggerSource: string
  /** The user's `sub`, or `client:<client id>` for a machine. */
  readonly subject: string
  /** The event as it came; Cognito wants it back, with the response filled in. */
  readonly event: Readonly<Record<string, unknown>>
}

const machineSource = "TokenGeneration_ClientCredentials"

/** Reads an event. Throws `malformed_input`, naming the field: Cognito then refuses the sign-in. */
export function parseEvent(input: unknown): PreTokenEvent {
  const event = record(input, "event")
  const version = event.version
  if (version !== "1" && version !== "2" && version !== "3") throw bad("version", version, "`1`, `2` or `3`")
  const triggerSource = text(event.triggerSource, "triggerSource")
  if (triggerSource !== machineSource) {
    const attributes = record(record(event.request, "request").userAttributes, "request.userAttributes")
    // The only attribute that is read: Cognito makes it and nobody can change it.
    const subject = text(attributes.sub, "request.userAttributes.sub")
    // A machine's name in the store; no person may come by what a machine holds.
    if (subject.startsWith("client:"))
      throw bad("request.userAttributes.sub", subject, "a person's, not a machine's")
    return { version, triggerSource, subject, event }
  }
  if (version !== "3") throw bad("triggerSource", triggerSource, "a machine client only with version `3`")
  const clientId = text(record(event.callerContext, "callerContext").clientId, "callerContext.clientId")
  return { version, triggerSource, subject: `client:${clientId}`, event }
}

/** The event with the claims in its response: in the ID token (V1), in ID and access token (V2, V3). */
export function answer(event: PreTokenEvent, claims: Claims): PreTokenEvent["event"] {
  const added = { claimsToAddOrOverride: { ...claims } }
  const response =
    event.version === "1"
      ? { claimsOverrideDetails: added }
      : {
          claimsAndScopeOverrideDetails:
            event.triggerSource === machineSource
              ? { accessTokenGeneration: added }
              : { idTokenGeneration: added, accessTokenGeneration: added },
        }
  return { ...event.event, response }
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw bad(where, value, "an object")
  // Any object can be read by name; its values stay unknown.
  return value as Record<string, unknown>
}

function text(value: unknown, where: string): string {
  if (typeof value !== "string" || value === "") throw bad(where, value, "text")
  return value
}

function bad(where: string, value: unknown, expected: string): ClaimgateError {
  const got = typeof value === "string" ? quote(value) : value === null ? "null" : typeof value
  return new ClaimgateError("malformed_input", `trigger event: ${where}: expected ${expected}, got ${got}`)
}
