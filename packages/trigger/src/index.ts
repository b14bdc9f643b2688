export { type PreTokenEvent, parseEvent } from "./event.ts"
export { type Claims, createPreToken, type PreTokenDeps, type PreTokenLog } from "./pre-token.ts"
