/** What the function is told at load. Wrong or missing configuration is a crash there, never a default. */
import { ClaimgateError, quote } from "@claimgate/core"
import type { ServedStrategy } from "./strategy.ts"

/** Reads `AUTH_STRATEGY`; throws `malformed_configuration`. */
export function parseStrategy(text: string | undefined): ServedStrategy {
  if (text === "hybrid" || text === "claims") return text
  throw new ClaimgateError(
    "malformed_configuration",
    `AUTH_STRATEGY: expected \`hybrid\` or \`claims\`, got ${quote(text ?? "")}`,
  )
}
