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
    await import("./infra/config.ts")
    await import("./infra/release.ts")
    return (await import("./infra/outputs.ts")).outputs
  },
})
