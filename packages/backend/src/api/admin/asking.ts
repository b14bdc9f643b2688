/** Who asks the admin API for a change: by what they hold at this moment, and under which idempotency key. */
import { type Asking, actorOf } from "@claimgate/admin"
import { ClaimgateError } from "@claimgate/core"
import type { Caller } from "../../caller.ts"
import type { Admitted } from "../../endpoint.ts"

/** Reads who asks. Throws `malformed_input` for an idempotency key that is none. */
export async function askingOf({
  caller,
  holdings,
  requestId,
  c,
}: Pick<Admitted<unknown, Caller>, "caller" | "holdings" | "requestId" | "c">): Promise<Asking> {
  const idempotencyKey = parseKey(c.req.header("idempotency-key")) ?? requestId
  return { actor: actorOf(caller.subject, await holdings()), door: "admin-api", requestId, idempotencyKey }
}

function parseKey(header: string | undefined): string | undefined {
  if (header === undefined || keyShape.test(header)) return header
  throw new ClaimgateError(
    "malformed_input",
    "header `idempotency-key`: expected 1 to 128 of `A-Z a-z 0-9 _ -`",
  )
}

const keyShape = /^[\w-]{1,128}$/
