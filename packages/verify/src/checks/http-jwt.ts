/** HTTP API: the JWT authorizer that it brings along, which stands before the strategy `backend`. */
import { type Check, judge, unseen } from "../check.ts"
import { headerOf } from "../raw-answer.ts"
import { at, me } from "./at-door.ts"
import { readsExpiry } from "./expiry.ts"

const area = "HTTP API"

export const httpJwt: readonly Check[] = [
  {
    id: "jwt-wording",
    area,
    item: "JWT authorizer: a token that is none is a 401 whose challenge is `invalid_token` with a description.",
    expected: '401, Bearer scope="" error="invalid_token" error_description="…"',
    otherwise: "clients get a new token at a 401, and at no other status; nobody reads the challenge",
    look: at(["backend"], async (door, lab) => {
      const answer = await lab.ask(door, { path: me, token: "none" })
      const challenge = headerOf(answer, "www-authenticate") ?? "no challenge"
      const isExpected = /^Bearer scope="" error="invalid_token" error_description="[^"]+"$/.test(challenge)
      return judge(
        answer.status === 401 && isExpected,
        `${answer.status}, ${challenge}`,
        answer.status !== 401,
      )
    }),
  },
  unseen(
    { id: "jwt-missing-exp", area, item: "JWT authorizer: a token without `exp` is let through." },
    "let through",
    "nothing depends on it: the backend demands `exp` itself",
    "point a JWT authorizer at an issuer of your own, which signs a token without `exp`; Cognito never does",
  ),
  unseen(
    {
      id: "jwt-keys-kept",
      area,
      item: "JWT authorizer: keys are kept for two hours, and an unknown one is not fetched.",
    },
    "two hours",
    "a key that is withdrawn goes on working for as long; say so where the strategy is `backend`",
    "point a JWT authorizer at an issuer of your own and count the requests for its keys",
  ),
  unseen(
    { id: "jwt-keys-down", area, item: "JWT authorizer: 401 while the key endpoint fails." },
    "401",
    "nothing depends on it: nobody is let in either way",
    "point a JWT authorizer at an issuer of your own, stop it, and ask with a token of it",
  ),
  {
    id: "jwt-numbers",
    area,
    item: "JWT authorizer: numbers in claims are decimal digits, without exponent or fraction.",
    expected: "200, and `exp` is read as the token has it",
    otherwise: "any other spelling is no time to the backend: nobody could get in",
    look: at(["backend"], readsExpiry),
  },
]
