/** What a deployed authorizer finds around it: bindings, keys on a server of its own, and tokens to try. */
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { vi } from "vitest"
import { captureStdout } from "../../../test/written/capture.ts"
import { clientId, createIssuer, issuer } from "./issuer.ts"

export interface Deployed {
  /** An Authorization header for a token of now; `claims` replaces fields. */
  authorization(claims?: Record<string, unknown>): string
  /** The environment as SST sets it, and nothing else; put into effect before a handler is loaded. */
  bind(more?: Readonly<Record<string, string>>): void
  /** What the function logged since `bind`, one object per line. */
  logged(): readonly Record<string, unknown>[]
  stop(): void
}

export async function startDeployed(): Promise<Deployed> {
  const signer = createIssuer(Date.now)
  const keys = createServer((_, response) => void response.end(signer.jwks))
  await once(keys.listen(0, "127.0.0.1"), "listening")
  // A server that listens on TCP has an address with a port.
  const jwksUri = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`
  const tokens = { type: "sst.sst.Linkable", issuer, clientIds: [clientId], tokenUse: "access", jwksUri }
  const lines: string[] = []
  return {
    authorization: (claims = {}) => `Bearer ${signer.token(claims)}`,
    bind(more = {}) {
      vi.resetModules()
      // Each handler that is loaded listens once; in a process of its own there is one.
      process.stdout.removeAllListeners("error")
      const bindings = {
        SST_RESOURCE_App: JSON.stringify({ name: "claimgate", stage: "test" }),
        SST_RESOURCE_Tokens: JSON.stringify(tokens),
        ...more,
      }
      for (const [name, value] of Object.entries(bindings)) vi.stubEnv(name, value)
      lines.length = 0
      captureStdout(lines)
    },
    logged: () => lines.map((line) => JSON.parse(line)),
    stop() {
      keys.closeAllConnections()
      keys.close()
    },
  }
}

/** As API Gateway sends it to a REQUEST authorizer of a REST API. */
export function restEvent(method: string, path: string, resource: string, authorization: string) {
  return {
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:eu-west-1:123456789012:abcdef1234/prod/${method}${path}`,
    httpMethod: method,
    path,
    resource,
    multiValueHeaders: { Authorization: [authorization] },
    requestContext: { requestId: "req-1", resourcePath: resource },
  }
}
