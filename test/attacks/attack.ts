/** One row of a table of attacks: what is tried, what goes over the wire, which answer is right. */
import type { DoorName } from "../../packages/local/src/doors.ts"
import type { Material } from "./material.ts"
import { request, type Wire } from "./wire.ts"

/** The six doors of a local stack, and one whose authorizer is a REST API's TOKEN authorizer. */
export type AttackedDoor = DoorName | "claims-token"

/** A status; more than one where a connection may be cut before its answer is read. */
export type Answer = number | readonly number[]

export type AnswersByDoor = Readonly<Record<AttackedDoor, Answer>>

/** The right answer, the same everywhere or door by door. */
export type Answers = Answer | AnswersByDoor

export interface Attack {
  /** A sentence that ends in what is sent. */
  readonly what: string
  readonly wire: Wire
  /** The one Authorization header, where that is all there is to it: then the verifier alone is asked as well. */
  readonly authorization?: string
  readonly answers: Answers
}

/** A table's rows, made from a token that is valid. */
export type Family = (material: Material) => readonly Attack[]

/** A request with one Authorization header. */
export function header(what: string, authorization: string, answers: Answers = 401): Attack {
  return { what, authorization, answers, wire: request({ headers: [["authorization", authorization]] }) }
}

/** The same for a token behind `Bearer`. */
export function bearer(what: string, token: string, answers: Answers = 401): Attack {
  return header(what, `Bearer ${token}`, answers)
}

/** Any other request. */
export function sent(what: string, wire: Wire, answers: Answers = 401): Attack {
  return { what, wire, answers }
}

/** One answer of the doors with an authorizer of ours, another where AWS checks tokens itself. */
export function byGateway(
  ours: Answer,
  aws: { readonly http: Answer; readonly rest: Answer },
): AnswersByDoor {
  return {
    ...{ hybrid: ours, cached: ours, claims: ours, "claims-rest": ours, "claims-token": ours },
    ...{ backend: aws.http, "backend-rest": aws.rest },
  }
}
