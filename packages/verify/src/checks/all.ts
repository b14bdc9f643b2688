/** Every check there is, in the order of the list in docs/security.md, then of the one in docs/verify.md. */
import type { Check } from "../check.ts"
import { changeFeed } from "./change-feed.ts"
import { cloudWatch } from "./cloudwatch.ts"
import { cognito } from "./cognito.ts"
import { dynamo } from "./dynamo.ts"
import { elastiCache } from "./elasticache.ts"
import { httpJwt } from "./http-jwt.ts"
import { httpPaths } from "./http-paths.ts"
import { httpRefusals } from "./http-refusals.ts"
import { restAnswers } from "./rest-answers.ts"
import { restAuthorizers } from "./rest-authorizers.ts"
import { thisStage } from "./this-stage.ts"

export const checks: readonly Check[] = [
  ...httpRefusals,
  ...httpPaths,
  ...httpJwt,
  ...restAuthorizers,
  ...restAnswers,
  ...cognito,
  ...dynamo,
  ...changeFeed,
  ...elastiCache,
  ...cloudWatch,
  ...thisStage,
]
