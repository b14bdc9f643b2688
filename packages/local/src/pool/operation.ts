import * as z from "zod"
import { type Caller, requireCaller } from "./caller.ts"
import { requireClient } from "./client.ts"
import type { AppClient } from "./config.ts"
import { CognitoFailure } from "./failure.ts"
import { field } from "./field.ts"
import type { UserPool } from "./pool.ts"
import { parseInput } from "./validation.ts"

/** One operation of the API: `run` takes the request's body as it came and returns the answer's. */
export interface Operation {
  /**
   * Administrators sign their requests with AWS credentials;
   * the others are open to anybody who can reach the pool.
   */
  readonly access: "anyone" | "administrator"
  run(pool: UserPool, body: unknown): Promise<object> | object
}

type Answer = Promise<object> | object
type Shape = z.ZodRawShape
type Input<S extends Shape> = z.output<z.ZodObject<S>>

const inPool = z.object({ UserPoolId: field.userPoolId })
const throughClient = z.object({ ClientId: field.clientId })
const withToken = z.object({ AccessToken: field.accessToken })

/** Defines an operation of administrators on the pool that `UserPoolId` names. */
export function administrator<S extends Shape>(
  shape: S,
  run: (pool: UserPool, input: Input<S>) => Answer,
): Operation {
  const own = z.object(shape)
  return {
    access: "administrator",
    run(pool, body) {
      const [{ UserPoolId }, input] = parseInput(body, [inPool, own])
      requirePool(pool, UserPoolId)
      return run(pool, input)
    },
  }
}

/** Defines an operation of administrators that names no pool. */
export function account<S extends Shape>(
  shape: S,
  run: (pool: UserPool, input: Input<S>) => Answer,
): Operation {
  const own = z.object(shape)
  return { access: "administrator", run: (pool, body) => run(pool, parseInput(body, [own])[0]) }
}

/** Defines an operation that anybody may call through the app client that `ClientId` names. */
export function anyone<S extends Shape>(
  shape: S,
  run: (pool: UserPool, input: Input<S>, client: AppClient) => Answer,
): Operation {
  const own = z.object(shape)
  return {
    access: "anyone",
    run(pool, body) {
      const [{ ClientId }, input] = parseInput(body, [throughClient, own])
      return run(pool, input, requireClient(pool, ClientId))
    },
  }
}

/** Defines an operation of users on themselves, who show who they are by an access token. */
export function signedIn<S extends Shape>(
  shape: S,
  run: (pool: UserPool, input: Input<S>, caller: Caller) => Answer,
): Operation {
  const own = z.object(shape)
  return {
    access: "anyone",
    run(pool, body) {
      const [{ AccessToken }, input] = parseInput(body, [withToken, own])
      return run(pool, input, requireCaller(pool, AccessToken))
    },
  }
}

function requirePool(pool: UserPool, id: string): void {
  if (id !== pool.config.id)
    throw new CognitoFailure("ResourceNotFoundException", `User pool ${id} does not exist.`)
}
