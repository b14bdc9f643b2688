/** The deployments that are planned: the default one, and each that differs from it in what matters. */
import type { Variant } from "./record.ts"

export const variants = {
  default: { stage: "dev" },
  prod: { stage: "prod", env: { ALARM_EMAIL: "team@example.com" } },
  "all but REST": { stage: "dev", env: { AUTH_STRATEGIES: "hybrid,claims,backend", CLAIMS_TTL: "60" } },
  cached: {
    stage: "dev",
    env: { AUTH_STRATEGIES: "cached", CORS_ORIGINS: "https://app.example.com" },
  },
  "claims-rest": { stage: "dev", env: { AUTH_STRATEGIES: "claims-rest", REST_AUTHORIZER: "TOKEN" } },
  "backend-rest": {
    stage: "dev",
    env: { AUTH_STRATEGIES: "backend-rest", API_DOMAIN: "api.example.com" },
  },
  "ID tokens": { stage: "dev", env: { AUTH_STRATEGIES: "hybrid,backend-rest", TRIGGER_VERSION: "V1_0" } },
  proxy: {
    stage: "dev",
    env: {
      AUTH_STRATEGIES: "hybrid,backend",
      GATEWAY_LAYOUT: "proxy",
      CORS_ORIGINS: "https://app.example.com",
    },
  },
  domain: { stage: "dev", env: { API_DOMAIN: "api.example.com" } },
  redis: { stage: "dev", env: { PERMISSION_CACHE: "redis" } },
  "sst dev": {
    stage: "dev",
    dev: true,
    env: { PERMISSION_CACHE: "redis", ALARM_EMAIL: "team@example.com" },
  },
  "sst dev, LIVE_AUTH=false": { stage: "dev", dev: true, env: { LIVE_AUTH: "false" } },
} satisfies Readonly<Record<string, Variant>>

export type VariantName = keyof typeof variants
