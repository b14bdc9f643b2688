/** One door under the workload: how long it took, what it cost, and whether every answer was right. */
import { advanceTo, type Clock } from "../clock.ts"
import { type Answer, type Client, isAllowed, isRefused } from "./client.ts"
import { percentile, perThousand } from "./statistics.ts"
import type { Request } from "./workload.ts"

/** What is measured: a door's address, and what its functions read while no request was waiting for them. */
export interface Measured {
  readonly address: string
  laterReads(): number
}

export interface Pace {
  /** Requests under way at a time. */
  readonly concurrency: number
  /** How fast requests come in by the shared clock, which is moved on where they are answered faster. */
  readonly perSecond: number
}

export interface Measurement {
  readonly requests: number
  /** Milliseconds, real time, at the client. */
  readonly p50: number
  readonly p99: number
  /** Per 1,000 requests. */
  readonly storeReads: number
  readonly authorizerCalls: number
  /** Answers that were not what the store's grants say: where there are any, the rest is not worth much. */
  readonly wrong: number
  /** The first of them, in words. */
  readonly firstWrong: string | undefined
}

export interface MeasureDeps {
  readonly clock: Clock
  readonly client: Client
  readonly answered?: ((share: number) => void) | undefined
}

/** Sends the requests in order; `answered` is told the share of them after each one. */
export async function measure(
  { address, laterReads }: Measured,
  requests: readonly Request[],
  { concurrency, perSecond }: Pace,
  { clock, client, answered }: MeasureDeps,
): Promise<Measurement> {
  const answers: Answer[] = []
  const readsBefore = laterReads()
  const started = clock.now()
  let next = 0
  const wrong: string[] = []
  const work = async () => {
    for (let at = next++; at < requests.length; at = next++) {
      const request = requests[at]
      if (request === undefined) return
      advanceTo(clock, started + (at * 1000) / perSecond)
      const answer = await client.send(address, request)
      if (!isRight(request, answer)) wrong.push(describe(request, answer))
      answers.push(answer)
      answered?.(answers.length / requests.length)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  const reads = answers.reduce((sum, { storeReads }) => sum + storeReads, laterReads() - readsBefore)
  const calls = answers.filter(({ authorizerCalled }) => authorizerCalled).length
  const latencies = answers.map(({ milliseconds }) => milliseconds)
  return {
    requests: answers.length,
    p50: rounded(percentile(latencies, 0.5)),
    p99: rounded(percentile(latencies, 0.99)),
    storeReads: perThousand(reads, answers.length),
    authorizerCalls: perThousand(calls, answers.length),
    wrong: wrong.length,
    firstWrong: wrong[0],
  }
}

/** No more digits than there is to know. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}

function isRight({ allowed }: Request, answer: Answer): boolean {
  return allowed ? isAllowed(answer) : isRefused(answer)
}

function describe({ method, path, allowed }: Request, { status }: Answer): string {
  return `${method} ${path}: expected it to be ${allowed ? "let through" : "refused"}, got ${status}`
}
