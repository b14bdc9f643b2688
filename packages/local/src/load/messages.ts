/** What the load generator and the process with the stack tell each other; the one asks, the other answers in order. */

/** One way to call the API, and what becomes of it. */
export interface Call {
  readonly method: string
  readonly path: string
  /** The Authorization header; left out where there is none. */
  readonly authorization?: string
  /** As JSON. */
  readonly body?: string
  /** `steady`: never changes. The others are changed while requests come; `changedNow` works at once. */
  readonly permission: "steady" | "changed" | "changedNow"
  /** Whether it is let through at the start. */
  readonly allowed: boolean
}

/** The stack is up. */
export interface Ready {
  /** Address of the HTTP API with strategy `hybrid`. */
  readonly url: string
  readonly calls: readonly Call[]
}

export type Ask =
  /** Grants or revokes what that permission is about; answered when it is acknowledged. */
  | { readonly kind: "change"; readonly permission: "changed" | "changedNow"; readonly allowed: boolean }
  /** Writes a grant that no request is about. */
  | { readonly kind: "other-change" }
  | { readonly kind: "memory" }
  | { readonly kind: "profile-start" }
  | { readonly kind: "profile-stop" }

/** In bytes. */
export interface Memory {
  /** What is in use after a collection, by thread: `main`, `hybrid-authorizer`, `hybrid-backend`, `trigger`. */
  readonly live: Readonly<Record<string, number>>
  /** Resident memory of the process: what V8 keeps for later is in it, which says little within a minute. */
  readonly resident: number
}

/** Milliseconds of processor time by stage. */
export type Times = Readonly<Record<string, number>>
