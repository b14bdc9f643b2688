/** Who asks, with real tokens: somebody who holds every route, somebody who holds every other one, and nobody. */
import { type Catalog, type CatalogRoute, encodeClaim, expand, type RouteSet } from "@claimgate/core"
import { parseTokenConfig } from "../../../authorizer/src/config.ts"
import { createVerify, type Verify } from "../../../authorizer/src/verify.ts"
import { clientId, createIssuer, issuer } from "../../../authorizer/test/issuer.ts"

export interface Person {
  readonly subject: string
  readonly permissions: readonly string[]
  readonly held: RouteSet
  /** Undefined for who brings no token. */
  readonly authorization: string | undefined
}

const signer = createIssuer(Date.now)

/** The real verifier of their tokens. */
export function createVerifier(): Verify {
  const config = parseTokenConfig({ issuer, clientIds: [clientId], tokenUse: "access" })
  return createVerify(config, { fetchKeys: async () => signer.jwks, now: Date.now })
}

export function peopleFor(catalog: Catalog): readonly Person[] {
  const person = (subject: string, holds: (route: CatalogRoute) => boolean): Person => {
    const permissions = catalog.routes.filter(holds).map(({ method, path }) => `${method}:${path}`)
    const held = expand(catalog, permissions)
    const exp = Math.floor(Date.now() / 1000) + 7200
    const token = signer.token({ sub: subject, exp, "custom:permissions": encodeClaim(catalog, held) })
    return { subject, permissions, held, authorization: `Bearer ${token}` }
  }
  return [
    person("11111111-1111-4111-8111-111111111111", ({ access }) => access === "granted"),
    person("22222222-2222-4222-8222-222222222222", ({ access, id }) => access === "granted" && id % 2 === 0),
    { subject: "", permissions: [], held: expand(catalog, []), authorization: undefined },
  ]
}
