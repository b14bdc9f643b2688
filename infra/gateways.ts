/** The front doors that `AUTH_STRATEGIES` names, side by side over one store. */
import { config } from "./config.ts"
import { doors } from "./doors.ts"
import { createHttpApi } from "./http-api.ts"
import { createRestApi } from "./rest-api.ts"

export const frontDoors = config.doors.map((name) =>
  doors[name].gateway === "http-api" ? createHttpApi(name) : createRestApi(name),
)
