/** For front ends: a fetch that gets itself a new token, and `can` for what to show. Runs in browsers. */
export { type Can, createCan, type RouteOf } from "./can.ts"
export { type Claims, readClaims } from "./claims.ts"
export { type Client, type ClientOptions, createClient } from "./client.ts"
export type { Fetch } from "./prepare.ts"
