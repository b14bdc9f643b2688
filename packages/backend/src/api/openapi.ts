/** The API's own description, for whoever writes a client. */
import { routes } from "@claimgate/catalog"
import type { AnyEndpoint } from "../bind.ts"
import { endpoint, nothing } from "../endpoint.ts"
import type { HandlersOf } from "./deps.ts"

/** Makes the handler; `handlers` are all others. The document is made when somebody asks, once. */
export function createOpenApiHandlers(
  handlers: Readonly<Record<string, AnyEndpoint>>,
): HandlersOf<"openApi"> {
  let written: Promise<string> | undefined
  return {
    openApi: endpoint(nothing, async ({ c }) => {
      written ??= write(handlers)
      return c.body(await written, 200, { "content-type": "application/json; charset=utf-8" })
    }),
  }
}

/** What generates it is loaded here: no cold start pays for it. */
async function write(handlers: Readonly<Record<string, AnyEndpoint>>): Promise<string> {
  const { openApiDocument } = await import("../openapi/document.ts")
  const self = endpoint(nothing, () => new Response())
  return JSON.stringify(openApiDocument(routes, { ...handlers, openApi: self }))
}
