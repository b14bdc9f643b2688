/** How long a gateway may keep an authorizer's answer. */
import { ClaimgateError } from "@claimgate/core"

/** Below this the calls that are saved are hardly worth what a stale answer costs; none at all is always right. */
const shortestTtlSeconds = 60
/** AWS grants no more. */
const longestTtlSeconds = 3600

/** Answers with the seconds, 0 or 60 to 3,600; throws `malformed_configuration` on anything else. */
export function parseTtl(ttlSeconds: number): number {
  const isKept =
    Number.isInteger(ttlSeconds) && ttlSeconds >= shortestTtlSeconds && ttlSeconds <= longestTtlSeconds
  if (ttlSeconds === 0 || isKept) return ttlSeconds
  throw new ClaimgateError(
    "malformed_configuration",
    `ttlSeconds: expected 0, or ${shortestTtlSeconds} to ${longestTtlSeconds}, got \`${ttlSeconds}\``,
  )
}
