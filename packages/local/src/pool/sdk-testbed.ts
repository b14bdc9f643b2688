import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider"
import type { UserPoolConfig } from "./config.ts"
import { startPool, type Testbed } from "./testbed.ts"

/** A pool behind its server, and the real AWS SDK to talk to it. */
export interface SdkTestbed extends Testbed {
  /**
   * Signs its requests with credentials that only look like
   * some, which is enough to be an administrator here.
   */
  readonly sdk: CognitoIdentityProviderClient
}

/**
 * Starts a pool and an SDK client that is pointed at it.
 * Loading the SDK takes long, so not every test has it.
 */
export async function startSdkPool(overrides: Partial<UserPoolConfig> = {}): Promise<SdkTestbed> {
  const bed = await startPool(overrides)
  const sdk = new CognitoIdentityProviderClient({
    endpoint: bed.origin,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  })
  const stop = async () => {
    sdk.destroy()
    await bed.stop()
  }
  return { ...bed, sdk, stop }
}
