/** What every deployed authorizer is made of: its verifier, its clock and its log. */
import type { AuthorizeDeps } from "./authorize.ts"
import { parseTokenConfig } from "./config.ts"
import { fetchKeys } from "./fetch-keys.ts"
import { createVerify } from "./verify.ts"

/** Reads the `Tokens` binding; throws `malformed_configuration`. Decisions are logged as one line of JSON each. */
export function deployed(tokens: unknown): Pick<AuthorizeDeps, "verify" | "log" | "now"> {
  return {
    verify: createVerify(parseTokenConfig(tokens), { fetchKeys, now: () => Date.now() }),
    log: (entry) => void process.stdout.write(`${JSON.stringify(entry)}\n`),
    now: () => performance.now(),
  }
}
