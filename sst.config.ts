/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app(input) {
    return {
      name: "claimgate",
      home: "aws",
      removal: input?.stage === "prod" ? "retain" : "remove",
      protect: input?.stage === "prod",
      providers: { aws: { version: "6.83.4" } },
    }
  },
  async run() {
    await import("./infra/store")
    const { userPool, webClient } = await import("./infra/identity")
    const { httpApi } = await import("./infra/gateways")
    await import("./infra/release")
    return { api: httpApi.url, userPool: userPool.id, webClient: webClient.id }
  },
})
