export {
  type Authorization,
  type AuthorizationRequest,
  type Authorize,
  type AuthorizeDeps,
  createAuthorize,
  type DecisionLog,
} from "./authorize.ts"
export { parseTokenConfig, type TokenConfig } from "./config.ts"
export { claimBehindFeed, type Vouching } from "./feed-source.ts"
export { createHttpAuthorizer, type HttpAnswer, parseHttpEvent } from "./http.ts"
export { type PolicyAnswer, type PolicyResource, parsePolicyResource } from "./policy.ts"
export { createRestAuthorizer, parseRestEvent, type RestRequest } from "./rest.ts"
export { claimSource, type Source, type Standing } from "./source.ts"
export type { BadToken } from "./token.ts"
export { createVerify, type Verified, type VerifiedToken, type Verify, type VerifyDeps } from "./verify.ts"
