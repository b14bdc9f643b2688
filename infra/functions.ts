/** What all functions have in common. */
export const runtime = {
  runtime: "nodejs22.x",
  architecture: "arm64",
  logging: { retention: "1 month" },
} as const
