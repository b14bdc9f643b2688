import type { Gateway } from "../front-door.ts"
import type { ReadEvent } from "./gateway-request.ts"
import { readHttpApiEvent } from "./http-api.ts"
import { readRestApiEvent } from "./rest-api.ts"

/** The event reader of a gateway. It reads no other gateway's events, and never rejects or throws. */
export function eventReader(gateway: Gateway): (event: unknown) => ReadEvent {
  switch (gateway) {
    case "http-api":
      return readHttpApiEvent
    case "rest-api":
      return readRestApiEvent
  }
}
