/** How requests are authorized. A function is configured with one; it is never inferred from an event. */
export type Strategy = "cached" | "claims" | "backend" | "hybrid"

/** The strategies whose requests come by way of a Lambda authorizer on an HTTP API. */
export type ServedStrategy = Extract<Strategy, "claims" | "hybrid">
