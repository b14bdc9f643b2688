/** Steps that call the API and look at its answer. */
import type { Evidence } from "../evidence.ts"
import type { Step } from "./step.ts"
import type { Tokens } from "./tokens.ts"

/** Who asks for what. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly tokens?: Tokens | undefined
  readonly body?: object
}

export interface Answered {
  readonly status: number
  readonly text: string
  /** Permission reads that it took. */
  readonly storeReads: number
  /** From the decision log. */
  readonly because: string
}

/** What should come of a call; `because` is part of the reason. */
export interface Expected {
  readonly status: number
  readonly because?: string
  /** Not looked at where it is left out. */
  readonly storeReads?: number
}

export interface Calls {
  send(call: Call): Promise<Answered>
  /** A call as a step of the story. */
  call(title: string, call: Call, expected: Expected): Promise<Step>
  /** A POST that must be answered by 201, and the id of what it wrote; empty where it wrote nothing. */
  write(title: string, path: string, tokens: Tokens, body: object): Promise<{ step: Step; id: string }>
}

/** Calls one door. */
export function createCalls(address: string, evidence: Evidence): Calls {
  const send = async ({ method, path, tokens, body }: Call): Promise<Answered> => {
    const response = await fetch(address + path, {
      method,
      headers: {
        ...(tokens && { authorization: `Bearer ${tokens.access}` }),
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    return {
      status: response.status,
      text: await response.text(),
      storeReads: Number(response.headers.get("x-claimgate-store-reads")),
      because: await evidence.about(response.headers.get("apigw-requestid") ?? ""),
    }
  }
  return {
    send,
    call: async (title, call, expected) => stepOf(title, call, await send(call), expected),
    async write(title, path, tokens, body) {
      const call = { method: "POST", path, tokens, body }
      const answered = await send(call)
      // An answer of our own backend; without an id the next step goes wrong, and says so.
      const { id = "" } = answered.status === 201 ? (JSON.parse(answered.text) as { id?: string }) : {}
      return { step: stepOf(title, call, answered, { status: 201 }), id }
    },
  }
}

function stepOf(title: string, { method, path }: Call, answered: Answered, expected: Expected): Step {
  const { status, storeReads, because } = answered
  const counted = expected.storeReads !== undefined
  return {
    title,
    did: `${method} ${path}`,
    result: counted ? `${status}, ${formatReads(storeReads)}` : String(status),
    because,
    expected: [
      String(expected.status),
      ...(expected.storeReads === undefined ? [] : [formatReads(expected.storeReads)]),
      ...(expected.because === undefined ? [] : [`because of ${expected.because}`]),
    ].join(", "),
    ok:
      status === expected.status &&
      because.includes(expected.because ?? "") &&
      (!counted || storeReads === expected.storeReads),
  }
}

/** `1 store read`, `2 store reads`. */
export function formatReads(reads: number): string {
  return `${reads} store ${reads === 1 ? "read" : "reads"}`
}
