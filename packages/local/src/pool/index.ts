export type {
  AuthFlowPermission,
  ClientConfig,
  CustomAttribute,
  PasswordPolicy,
  PreTokenGeneration,
  ResourceServer,
  UserPoolConfig,
} from "./config.ts"
export { CognitoFailure, type FailureCode } from "./failure.ts"
export type { Message } from "./message.ts"
export {
  createUserPool,
  exportState,
  retireKey,
  rotateKeys,
  type UserPool,
  type UserPoolDeps,
} from "./pool.ts"
export { callOperation } from "./protocol.ts"
export { BODY_LIMIT, createUserPoolServer, type UserPoolServer } from "./server.ts"
export type { Group, PoolState, SignIn, User } from "./state.ts"
export { ATTEMPT_MILLISECONDS } from "./trigger.ts"
