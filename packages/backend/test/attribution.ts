import { randomUUID } from "node:crypto"
import type { Attribution } from "@claimgate/store"

/** On whose behalf tests write: each time anew, so that no write is taken for a repetition. */
export function byTest(): Attribution {
  return { actor: "test", door: "seed", requestId: "test", idempotencyKey: randomUUID() }
}
