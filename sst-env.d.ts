/**
 * The resources that functions are linked to, as SST would generate this file after a deploy. Written by hand,
 * because it must be there before the first contact with AWS; infra/ is what it has to agree with.
 */
import "sst"

declare module "sst" {
  export interface Resource {
    App: { name: string; stage: string }
    /** The DynamoDB table that holds permissions and the sample API's data. */
    Permissions: { type: "sst.sst.Linkable"; name: string }
    /** Whose tokens the authorizers accept. */
    Tokens: {
      type: "sst.sst.Linkable"
      /** `https://cognito-idp.<region>.amazonaws.com/<pool id>` */
      issuer: string
      clientIds: string[]
      tokenUse: "id" | "access"
      /** Where the keys are, if not below the issuer; HTTPS, or loopback. */
      jwksUri?: string
    }
    UserPool: { type: "sst.aws.CognitoUserPool"; id: string }
    WebClient: { type: "sst.aws.CognitoUserPoolClient"; id: string; secret: string }
    HttpApi: { type: "sst.aws.ApiGatewayV2"; url: string }
  }
}
