/** Whether the function runs; says nothing about what it depends on, because anyone may ask. */
import { endpoint, nothing } from "../endpoint.ts"
import type { HandlersOf } from "./deps.ts"

export const healthHandlers: HandlersOf<"health"> = {
  health: endpoint(nothing, ({ c }) => c.json({ status: "ok" })),
}
