/** ElastiCache, where backends share what may be some seconds old. It is in a network of its own, which nobody sees into. */
import { byHand, type Check, type Item, notApplicable } from "../check.ts"

const area = "ElastiCache"

export const elastiCache: readonly Check[] = [
  inNetwork(
    { id: "cache-failover", area, item: "A failover ends connections; they are made anew." },
    "misses for some seconds, then hits",
    "while a connection hangs, reads go to DynamoDB after 50 ms",
    "fail the node over while `GET /api/reports/{id}` is asked twice a second, and read the backend's log",
  ),
  inNetwork(
    {
      id: "cache-cold-start",
      area,
      item: "A cold start connects by TLS within the time that a request may take.",
    },
    "hits from the second request on",
    "nothing depends on it: what is late is a miss",
    "redeploy, ask for `GET /api/reports/{id}` twice, and read the backend's log",
  ),
  inNetwork(
    {
      id: "cache-cluster",
      area,
      item: "One primary node only: cluster mode answers `MOVED`, which is a miss for good, and one line in the log.",
    },
    "no such line",
    "every read would go to DynamoDB",
    "look for `MOVED` in the backend's log",
  ),
]

function inNetwork(item: Item, expected: string, otherwise: string, how: string): Check {
  const look: Check["look"] = async ({ settings }) =>
    settings.permissionCache === "redis" ? byHand(how) : notApplicable("deploy with PERMISSION_CACHE=redis")
  return { ...item, expected, otherwise, look }
}
