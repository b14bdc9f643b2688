export { catalog } from "./catalog.ts"
export { type Permission, permissions, routes } from "./routes.ts"
