import { STANDARD_ATTRIBUTES } from "./attribute.ts"
import { requireClient } from "./client.ts"
import { type AppClient, regionOf } from "./config.ts"
import { field } from "./field.ts"
import { account, administrator } from "./operation.ts"
import { page } from "./page.ts"
import { readPolicy } from "./password.ts"
import type { UserPool } from "./pool.ts"

/** A local pool is in nobody's account. */
const ACCOUNT = "000000000000"

/** Shows how the pool is set up. */
export const describeUserPool = administrator({}, (pool) => ({ UserPool: formatPool(pool) }))

/** Shows how an app client is set up, its secret too. */
export const describeUserPoolClient = administrator({ ClientId: field.clientId }, (pool, input) => ({
  UserPoolClient: formatClient(pool, requireClient(pool, input.ClientId)),
}))

/** Lists the pools there are: this one. */
export const listUserPools = account(
  { MaxResults: field.pageSize, NextToken: field.pageToken.optional() },
  (pool) => ({ UserPools: [summary(pool)] }),
)

/** Lists the app clients of the pool. */
export const listUserPoolClients = administrator(
  { MaxResults: field.pageSize.optional(), NextToken: field.pageToken.optional() },
  (pool, input) => {
    const clients = [...pool.clients.values()].map((client, index) => ({ client, index }))
    const { items, next } = page(clients, ({ index }) => index, input.MaxResults ?? 60, input.NextToken)
    const UserPoolClients = items.map(({ client }) => ({
      ClientId: client.id,
      ClientName: client.name,
      UserPoolId: pool.config.id,
    }))
    return { UserPoolClients, ...(next === undefined ? {} : { NextToken: next }) }
  },
)

function summary(pool: UserPool): object {
  const created = pool.createdAt / 1000
  return {
    CreationDate: created,
    Id: pool.config.id,
    LambdaConfig: lambdaConfig(pool),
    LastModifiedDate: created,
    Name: pool.config.name,
  }
}

function formatPool(pool: UserPool): object {
  const { config } = pool
  const policy = readPolicy(config.passwordPolicy)
  return {
    ...summary(pool),
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: config.selfSignUp === false },
    ...(config.aliasAttributes && { AliasAttributes: config.aliasAttributes }),
    Arn: `arn:aws:cognito-idp:${regionOf(config)}:${ACCOUNT}:userpool/${config.id}`,
    AutoVerifiedAttributes: ["email"],
    EstimatedNumberOfUsers: pool.users.size,
    MfaConfiguration: "OFF",
    Policies: {
      PasswordPolicy: {
        MinimumLength: policy.minimumLength,
        RequireLowercase: policy.requireLowercase,
        RequireNumbers: policy.requireNumbers,
        RequireSymbols: policy.requireSymbols,
        RequireUppercase: policy.requireUppercase,
        TemporaryPasswordValidityDays: policy.temporaryPasswordValidityDays,
      },
    },
    SchemaAttributes: schemaAttributes(pool),
    ...(config.usernameAttributes && { UsernameAttributes: config.usernameAttributes }),
    UsernameConfiguration: { CaseSensitive: config.caseSensitive === true },
    // Every pool's default, and the least that a trigger at V2_0 and V3_0 needs.
    UserPoolTier: "ESSENTIALS",
  }
}

function lambdaConfig({ config }: UserPool): object {
  const trigger = config.preTokenGeneration
  if (trigger === undefined) return {}
  const LambdaArn = `arn:aws:lambda:${regionOf(config)}:${ACCOUNT}:function:${trigger.function.name}`
  return {
    PreTokenGeneration: LambdaArn,
    PreTokenGenerationConfig: { LambdaArn, LambdaVersion: trigger.version },
  }
}

function schemaAttributes({ config }: UserPool): readonly object[] {
  const standard = ["sub", ...STANDARD_ATTRIBUTES].map((name) => ({
    Name: name,
    AttributeDataType: "String",
    Mutable: name !== "sub",
    Required: name === "sub" || (config.requiredAttributes?.includes(name) ?? false),
  }))
  const custom = (config.customAttributes ?? []).map(({ name, mutable, maxLength }) => ({
    Name: `custom:${name}`,
    AttributeDataType: "String",
    Mutable: mutable !== false,
    Required: false,
    StringAttributeConstraints: { MaxLength: String(maxLength ?? 2_048) },
  }))
  return [...standard, ...custom]
}

function formatClient(pool: UserPool, client: AppClient): object {
  return {
    AccessTokenValidity: client.accessTokenValidity,
    ...(client.allowedOAuthFlows && { AllowedOAuthFlows: client.allowedOAuthFlows }),
    AllowedOAuthFlowsUserPoolClient: client.allowedOAuthFlows !== undefined,
    ...(client.allowedOAuthScopes && { AllowedOAuthScopes: client.allowedOAuthScopes }),
    ClientId: client.id,
    ClientName: client.name,
    ...(client.secret !== undefined && { ClientSecret: client.secret }),
    EnableTokenRevocation: true,
    ExplicitAuthFlows: client.explicitAuthFlows,
    IdTokenValidity: client.idTokenValidity,
    PreventUserExistenceErrors: client.preventUserExistenceErrors ? "ENABLED" : "LEGACY",
    ...(client.readAttributes && { ReadAttributes: client.readAttributes }),
    RefreshTokenValidity: client.refreshTokenValidity,
    TokenValidityUnits: { AccessToken: "seconds", IdToken: "seconds", RefreshToken: "seconds" },
    UserPoolId: pool.config.id,
    ...(client.writeAttributes && { WriteAttributes: client.writeAttributes }),
  }
}
