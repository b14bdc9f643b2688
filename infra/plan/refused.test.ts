/** What is wrong stops before anything would be deployed: configurations by a sentence, mistakes by a check. */
import { rmSync } from "node:fs"
import { beforeAll, describe, expect, inject, test } from "vitest"
import { parseConfig } from "../variables.ts"
import { checks } from "./checks/index.ts"
import { bundleApp, type Mistake, recordPlan, type Variant } from "./record.ts"

const bundle = inject("bundle")

test("a deploy stops with a sentence on a wrong configuration", async () => {
  const env = { AUTH_STRATEGIES: "hybrid,magic" }
  await expect(recordPlan(bundle, { stage: "dev", env })).rejects.toThrow(
    "AUTH_STRATEGIES: expected a list of `hybrid`, `claims`, `claims-rest`, `cached`, `backend`, `backend-rest`, got `magic`",
  )
})

describe("a mistake stops the run:", () => {
  const rows: readonly [what: string, mistake: Mistake, sentence: string][] = [
    [
      "a handler that is not there",
      ["infra/trigger.ts", "packages/trigger/src/handler.handler", "packages/trigger/src/handlers.handler"],
      "handler not found: `packages/trigger/src/handlers.handler`",
    ],
    [
      "two components of one name",
      ["infra/trigger.ts", '"PreToken"', '"userpool"'],
      "Component name UserPool is not unique",
    ],
    [
      "a name that SST keeps for itself",
      ["infra/trigger.ts", '"PreToken"', '"App"'],
      'Component name "App" is reserved',
    ],
  ]
  test.each(rows)("%s", async (_, mistake, sentence) => {
    await expect(planWith([mistake])).rejects.toThrow(sentence)
  })
})

/** Several mistakes at once, where none hides another: a run takes seconds. */
interface Run {
  readonly env: NonNullable<Variant["env"]>
  readonly mistakes: readonly (readonly [what: string, mistake: Mistake, sentence: string])[]
}

const runs: readonly Run[] = [
  {
    env: { AUTH_STRATEGIES: "cached" },
    mistakes: [
      [
        "a REST API that is not deployed",
        ["infra/rest-api.ts", "  api.deploy()", "  // api.deploy()"],
        "CachedApiApi: expected a deployment: call `deploy()`",
      ],
      [
        "an alarm on the metrics of another stage",
        ["infra/metrics.ts", "stage: $app.stage", 'stage: "prod"'],
        "PreTokenMalformedAlarm: expected metrics of stage `dev`, got `prod`",
      ],
      [
        "kept policies under the token alone",
        ["infra/rest-api.ts", 'plan.identitySources.join(",")', "plan.identitySources[0]"],
        "CachedApiAuthorizerTokenAuthorizer: expected no kept answers, or method and path among the identity sources and policies to match",
      ],
    ],
  },
  {
    env: { AUTH_STRATEGIES: "cached" },
    mistakes: [
      [
        "a deployment that waits for nothing",
        ["infra/rest-api.ts", "opts.dependsOn = deployed", "opts.dependsOn = []"],
        "CachedApiApi: expected its deployment after `CachedApi-whoAmI-GET` (aws:apigateway/method:Method)",
      ],
      [
        "a deployment that is never made anew",
        ["infra/rest-api.ts", "args.triggers = triggers", "args.triggers = {}"],
        "CachedApiApi: expected a new deployment when its routes change",
      ],
      [
        "a time to live that is left to AWS",
        ["infra/rest-api.ts", "ttl: plan.ttlSeconds,", ""],
        "CachedApiAuthorizerTokenAuthorizer: expected a time to live; unset it is 300 seconds",
      ],
    ],
  },
  {
    env: { AUTH_STRATEGIES: "claims", CLAIMS_TTL: "60" },
    mistakes: [
      [
        "kept answers under the token alone",
        ["infra/http-api.ts", "[...plan.identitySources]", "[plan.identitySources[0]]"],
        "ClaimsApiAuthorizerTokenAuthorizer: expected no kept answers, or the route among the identity sources and one gateway route for each",
      ],
      [
        "a linked table",
        [
          "infra/authorizers.ts",
          'handler: "claims-http", link: [tokens]',
          'handler: "claims-http", link: [tokens, table]',
        ],
        "ClaimsAuthorizer: expected no `*` in an action, got `dynamodb:*`",
      ],
      [
        "a permission for each route",
        [
          "infra/http-api.ts",
          "  return [gate.authorizer, backend",
          '  api.route("GET /more", backend.arn)\n  return [gate.authorizer, backend',
        ],
        "ClaimsBackendFunction: expected one permission to call it",
      ],
    ],
  },
  {
    env: { PERMISSION_CACHE: "redis" },
    mistakes: [
      [
        "a network without a way to the table",
        ["infra/cache.ts", ".dynamodb`", ".s3`"],
        "HybridBackendFunction: expected an endpoint of its network for DynamoDB",
      ],
      [
        "a backend that is told another strategy",
        ["infra/backend.ts", "AUTH_STRATEGY: strategy", 'AUTH_STRATEGY: "claims"'],
        "HybridBackend: expected `hybrid` behind `http-api`, got claims,http-api",
      ],
      [
        "a transform that SST does not know",
        ["infra/identity.ts", "    userPool(args) {", "    pool(args) {"],
        "user pool: expected tier ESSENTIALS, got undefined",
      ],
      [
        "a version that SST does not know, which is V1_0 then",
        ["infra/identity.ts", 'preTokenGenerationVersion: "v2"', 'preTokenGenerationVersion: "v3"'],
        "trigger: expected V3_0, got V1_0",
      ],
      [
        "attributes that are all writable",
        ["infra/clients.ts", 'writeAttributes: ["email", "name"],', ""],
        "WebClient: expected `email` and `name` as all that a user may write",
      ],
      [
        "a release item after components, whose functions come later",
        ["infra/http-api.ts", "parts: [check.nodes.function]", "parts: [check]"],
        "release item: expected it after `HybridAuthorizerFunction` (aws:lambda/function:Function)",
      ],
      [
        "an open route",
        ["infra/http-api.ts", "route.authorized ? authorized", 'route.name !== "whoAmI-GET" ? authorized'],
        "HybridApiApi: `GET /api/me`: expected an authorizer",
      ],
      [
        "more of the table than the change feed",
        ["infra/authorizers.ts", 'values: ["FEED#CHANGES"]', 'values: ["FEED#CHANGES", "MEMBER#1"]'],
        "HybridAuthorizer: expected a Query of the change feed's key and no other right",
      ],
      [
        "a trigger that writes",
        ["infra/trigger.ts", '"dynamodb:BatchGetItem"', '"dynamodb:BatchGetItem", "dynamodb:PutItem"'],
        "PreToken: expected rights to read only, got dynamodb:BatchGetItem, dynamodb:PutItem",
      ],
      [
        "a role that the whole account may take on",
        ["infra/functions.ts", "if (!isLive)", "if (isLive)"],
        "PreTokenRole: expected the service alone to take on the role, got lambda.amazonaws.com,arn:aws:iam::123456789012:root",
      ],
      [
        "a trigger that may take longer than Cognito waits",
        ["infra/trigger.ts", '"5 seconds"', '"6 seconds"'],
        "PreToken: expected at most 5 seconds, got 6",
      ],
      [
        "an alarm on every 401",
        ["infra/alarms.ts", 'ofFunction(authorizer, "Throttles")', 'ofFunction(authorizer, "Errors")'],
        "HybridAuthorizerThrottledAlarm: expected no `Errors` of an authorizer: every 401 is one",
      ],
      [
        "an alarm that takes what is late for nothing",
        ["infra/alarms.ts", "100 * refused / calls", "100 * FILL(refused, 0) / calls"],
        "HybridRefusalsAlarm: expected no zero in the place of what has not arrived yet",
      ],
      [
        "crashes that are looked for as text, in lines of JSON",
        ["infra/functions.ts", 'format: "text"', 'format: "json"'],
        "HybridAuthorizer: expected an alarm on `crashes`",
      ],
      [
        "an alarm on what nobody counts",
        ["infra/alarms.ts", 'logged("trigger", "malformed")', 'logged("triger", "malformed")'],
        'PreTokenMalformedAlarm: expected `malformed` of something that is there, got {"service":"triger","stage":"dev"}',
      ],
      [
        "an alarm that is left out",
        ["infra/alarms.ts", "...ofBackend(door),", ""],
        "HybridBackend: expected an alarm on `failed`",
      ],
      [
        "alarms that are on while nothing happens",
        ["infra/alarm.ts", '"notBreaching"', '"breaching"'],
        "PreTokenSlowAlarm: expected no data to be no trouble",
      ],
      [
        "an architecture that is left to SST",
        ["infra/functions.ts", 'architecture: "arm64",', ""],
        "PreToken: expected nodejs22.x on arm64, got nodejs22.x on x86_64",
      ],
      [
        "a resource that is there twice",
        [
          "infra/http-api.ts",
          "const created = gate.routes.map(",
          "const created = [...gate.routes, ...gate.routes.slice(0, 1)].map(",
        ],
        "`urn:pulumi:plan::claimgate::pulumi:pulumi:Stack$aws:apigatewayv2/route:Route::HybridApi-listUsers-GET`: expected one resource of this name",
      ],
    ],
  },
]

describe.each(runs)("a mistake that no mock sees is found:", ({ env, mistakes }) => {
  let found: readonly string[] = []
  beforeAll(async () => {
    const plan = await planWith(
      mistakes.map(([, mistake]) => mistake),
      env,
    )
    const asked = { stage: "dev", env, config: parseConfig((name) => env[name]) }
    found = Object.values(checks).flatMap((check) => check(plan, asked))
  })

  test.each(mistakes)("%s", (_, __, sentence) => {
    expect(found).toContain(sentence)
  })
})

async function planWith(mistakes: readonly Mistake[], env: NonNullable<Variant["env"]> = {}) {
  const broken = await bundleApp(bundle, mistakes)
  try {
    return await recordPlan(broken, { stage: "dev", env })
  } finally {
    rmSync(broken.file)
  }
}
