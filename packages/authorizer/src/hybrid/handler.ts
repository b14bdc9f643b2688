/**
 * Strategy `hybrid` on an HTTP API: the token decides as long as the change feed knows of nothing newer, and where it
 * cannot tell, the backend asks the store. Read at load: the bindings `Tokens` and `Permissions`, `FEED_MAX_AGE`,
 * `FEED_MAX_OUTAGE` and `ON_STALE`, and what Lambda sets to reach DynamoDB.
 */
import { catalog } from "@claimgate/catalog"
import { Resource } from "sst"
import { createAuthorize } from "../authorize.ts"
import { deployed, writeLine } from "../deployed.ts"
import { parseFeedConfig, parseQueryConfig } from "../feed/config.ts"
import { createFeed } from "../feed/feed.ts"
import { createQuery } from "../feed/query.ts"
import { ageBehindFeed, claimBehindFeed } from "../feed-source.ts"
import { createHttpAuthorizer } from "../http.ts"
import { claimSource } from "../source.ts"

const now = () => Date.now()
const { bounds, onStale } = parseFeedConfig(process.env)

const feed =
  bounds === "off"
    ? undefined
    : createFeed({
        query: createQuery(parseQueryConfig(process.env, Resource.Permissions), now),
        now,
        ticks: () => performance.now(),
        ...bounds,
        log: (entry) => writeLine(`${JSON.stringify(entry)}\n`),
      })

export const handler = createHttpAuthorizer(
  createAuthorize({
    ...deployed(Resource.Tokens, { stage: Resource.App.stage, service: "hybrid-authorizer" }),
    catalog,
    source: feed === undefined ? claimSource(catalog) : claimBehindFeed(catalog, feed),
    onDoubt: onStale,
    ...(feed === undefined ? {} : { feedAge: ageBehindFeed(catalog, feed) }),
  }),
)
