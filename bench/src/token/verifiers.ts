/**
 * Whoever verifies a token, set up once and with keys in hand. `prepare` is not timed: it copies the tokens
 * and returns the work that is, which throws or rejects at the first token that is not to be accepted.
 */
import { createPublicKey, verify } from "node:crypto"
import { type AuthorizationRequest, claimSource, createAuthorize, createVerify } from "@claimgate/authorizer"
import type { Catalog } from "@claimgate/core"
import { CognitoJwtVerifier } from "aws-jwt-verify"
import { createVerifier } from "fast-jwt"
import { importJWK, jwtVerify } from "jose"
import { fresh } from "../rounds.ts"
import { clientId, forge, issuer, type PublicJwk } from "./cognito-token.ts"
import { names } from "./names.ts"

export interface Verifier {
  readonly name: string
  prepare(tokens: readonly string[]): Work | Promise<Work>
}

export type Work = () => void | Promise<void>

/** The signature and nothing else, on bytes that were cut out before: what nobody can be faster than. */
export function createFloor(key: PublicJwk): Verifier {
  const publicKey = createPublicKey({ key: { ...key }, format: "jwk" })
  return {
    name: names.floor,
    prepare(tokens) {
      const parts = tokens.map((token) => {
        const dot = token.lastIndexOf(".")
        return {
          signed: Buffer.from(token.slice(0, dot)),
          signature: Buffer.from(token.slice(dot + 1), "base64url"),
        }
      })
      return () => {
        for (const { signed, signature } of parts)
          if (!verify("sha256", signed, publicKey, signature)) throw new Error("signature")
      }
    },
  }
}

export function createLibrary(key: PublicJwk): Verifier {
  const verifier = CognitoJwtVerifier.create({
    userPoolId: issuer.slice(issuer.lastIndexOf("/") + 1),
    clientId,
    tokenUse: "access",
  })
  verifier.cacheJwks({ keys: [{ ...key }] })
  return {
    name: names.library,
    prepare: (tokens) => {
      const copies = tokens.map(fresh)
      return () => {
        for (const token of copies) verifier.verifySync(token)
      }
    },
  }
}

export async function createJose(key: PublicJwk): Promise<Verifier> {
  const imported = await importJWK({ ...key }, "RS256")
  return {
    name: names.jose,
    prepare: (tokens) => {
      const copies = tokens.map(fresh)
      return async () => {
        for (const token of copies) await jwtVerify(token, imported, { issuer, algorithms: ["RS256"] })
      }
    },
  }
}

export function createFastJwt(key: PublicJwk, cache: boolean): Verifier {
  const pem = createPublicKey({ key: { ...key }, format: "jwk" }).export({ type: "spki", format: "pem" })
  const verifyToken = createVerifier({ key: String(pem), algorithms: ["RS256"], allowedIss: issuer, cache })
  return {
    name: cache ? names.fastJwtSeen : names.fastJwt,
    prepare: (tokens) => {
      const copies = tokens.map(fresh)
      return () => {
        for (const token of copies) verifyToken(token)
      }
    },
  }
}

/** The whole authorizer, from the header to the context for the backend. Anything but a 200 is a refusal. */
export function createAuthorizer(
  name: string,
  key: PublicJwk,
  request: Omit<AuthorizationRequest, "authorization">,
  { catalog, sees }: { readonly catalog: () => Catalog; readonly sees: "new tokens" | "seen tokens" },
): Verifier {
  const config = {
    issuer,
    clientIds: [clientId],
    tokenUse: "access",
    jwksUri: `${issuer}/.well-known/jwks.json`,
  } as const
  const create = () => {
    const known = catalog()
    return createAuthorize({
      verify: createVerify(config, { fetchKeys: async () => JSON.stringify({ keys: [key] }), now: Date.now }),
      catalog: known,
      source: claimSource(known),
      onDoubt: "refuse",
      log: () => {},
      now: () => performance.now(),
    })
  }
  const lasting = create()
  return {
    name,
    async prepare(tokens) {
      const authorize = sees === "seen tokens" ? lasting : create()
      // Lets a new one fetch its keys, and no more: what it refuses it does not remember.
      if (authorize !== lasting)
        await authorize({ ...request, authorization: `Bearer ${forge(tokens[0] ?? "")}` })
      const headers = tokens.map((token) => fresh(`Bearer ${token}`))
      return async () => {
        for (const authorization of headers) {
          const { status } = await authorize({ ...request, authorization })
          if (status !== 200) throw new Error(`status ${status}`)
        }
      }
    },
  }
}
