/** Whose pages may call the API from a browser: only origins that `CORS_ORIGINS` names. */
import { routes } from "@claimgate/catalog/routes"
import { config } from "./config.ts"

/** Headers of requests that a browser asks about first. */
export const allowHeaders = ["authorization", "content-type", "idempotency-key"]

/** Headers of answers that a page may read. */
export const exposeHeaders = ["retry-after", "www-authenticate", "x-claimgate-refresh"]

export const allowMethods = [...new Set(Object.values(routes).map(({ method }) => method))].map((method) =>
  method === "ANY" ? "*" : method,
)

/** An HTTP API answers preflights itself, ahead of any authorizer. */
export const cors = config.corsOrigins.length > 0 && {
  allowOrigins: [...config.corsOrigins],
  allowHeaders,
  allowMethods,
  exposeHeaders,
  maxAge: "1 hour" as const,
}
