/** An exchange for tests of what is built from one: `POST /my/path` on the stage `$default`, changed as wanted. */
import { deploymentOf, type Exchange } from "./exchange.ts"
import { createRequest } from "./http-message.ts"

/** The exchange, with these fields instead of its own. */
export function scriptedExchange(changes: Partial<Exchange> = {}): Exchange {
  return {
    deployment: deploymentOf({ id: "api1" }, "$default"),
    request: createRequest("POST", "/my/path"),
    method: "POST",
    sentPath: "/my/path",
    path: "/my/path",
    query: "",
    routeKey: "$default",
    resourcePath: "$default",
    pathParameters: {},
    requestId: "id=",
    extendedRequestId: "id=",
    timeEpoch: 1_583_348_638_390,
    ...changes,
  }
}
