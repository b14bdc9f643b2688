/** A bulk import over DynamoDB: many members in one transaction, and one change for all of them (see head.ts). */
import { batchGet, type Item, type Request, withinTime } from "./dynamo-call.ts"
import { transact, untilTaken, type WriteOptions } from "./dynamo-write.ts"
import { type Head, longestImport, mayImport, noHead } from "./head.ts"
import { importStopped, judgeImport } from "./import-judge.ts"
import { feedHeadKey, type Key, memberKey } from "./keys.ts"
import { parseFeedHead } from "./log-record.ts"
import type { Attribution, Imported, Member, MemberDraft } from "./port.ts"
import { parseMember } from "./record.ts"
import { doneRecord } from "./trail.ts"
import { auditStep, recordStep, type Step } from "./transaction.ts"

export interface ImportOptions extends WriteOptions {
  /** Milliseconds that an import waits between its last write and its end: longer than any load may take. */
  readonly settle: number
}

/** Writes parsed drafts, at most 33, and says what became of each, in their order. */
export function importMembers(
  options: ImportOptions,
  drafts: readonly MemberDraft[],
  by: Attribution,
): Promise<readonly Imported[]> {
  const done = new Map<string, Imported>()
  return withinTime(options, async (request) => {
    await untilTaken(options, request, () => tryImport(options, request, drafts, by, done))
    // By now there is one for each.
    return drafts.map(({ subject }) => done.get(subject)!)
  })
}

/** Judges and writes what is not done yet; a transaction that is cancelled leaves its members to the next try. */
async function tryImport(
  options: ImportOptions,
  request: Request,
  drafts: readonly MemberDraft[],
  by: Attribution,
  done: Map<string, Imported>,
): Promise<void> {
  const at = options.now()
  const rest = drafts.filter(({ subject }) => !done.has(subject))
  const items = await batchGet(options, request, [
    feedHeadKey,
    ...rest.map(({ subject }) => memberKey(subject)),
  ])
  const head = find(items, feedHeadKey, parseFeedHead) ?? noHead
  if (!mayImport(head, by.idempotencyKey, at)) throw importStopped(by.idempotencyKey)
  const planned: Planned[] = []
  for (const draft of rest) {
    const before = find(items, memberKey(draft.subject), (item) => parseMember(item, draft.subject))
    const outcome = judgeImport(draft, before)
    if (outcome.outcome === "written")
      planned.push(planFor(options, { before, after: outcome.member, generation: head.generation, at, by }))
    else done.set(draft.subject, outcome)
  }
  for (const part of inParts(planned)) {
    const steps = part.flatMap((one) => one.steps)
    await transact(options, request, [whileRunning(options, head, by.idempotencyKey, at), ...steps])
    for (const { member } of part) done.set(member.subject, { outcome: "written", member })
  }
}

/** One member, and what stores it. */
interface Planned {
  readonly member: Member
  readonly steps: readonly Step[]
  /** Characters, and so about bytes. */
  readonly size: number
}

function planFor(
  options: ImportOptions,
  {
    before,
    after,
    generation,
    at,
    by,
  }: {
    readonly before: Member | undefined
    readonly after: Member
    readonly generation: number
    readonly at: number
    readonly by: Attribution
  },
): Planned {
  const done = { action: "import", number: undefined, generation, before, after } as const
  const audit = doneRecord({ kind: "member", name: after.subject, at }, done, by)
  const steps = [recordStep(options, after), auditStep(options, audit)]
  return { member: after, steps, size: JSON.stringify(steps).length }
}

/** Characters of one transaction: it may have 4 MB, but a slow line has to carry it within one request's time. */
const largestPart = 1_000_000

function inParts(planned: readonly Planned[]): readonly (readonly Planned[])[] {
  const parts: Planned[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const one of planned) {
    if (size + one.size > largestPart) {
      parts.push([])
      size = 0
    }
    parts.at(-1)?.push(one)
    size += one.size
  }
  return parts
}

/** INVARIANT: no member is imported but while tokens are rechecks; pinned by races.test.ts. */
function whileRunning({ table }: ImportOptions, { generation }: Head, run: string, at: number): Step {
  const names = ["importRun", "importOpen", "importSince", "generation"]
  return {
    ConditionCheck: {
      TableName: table,
      Key: { ...feedHeadKey },
      ConditionExpression:
        "#importRun = :run AND #importOpen = :open AND #importSince > :since AND #generation = :generation",
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ":run": run,
        ":open": true,
        ":since": at - longestImport,
        ":generation": generation,
      },
    },
  }
}

/** Stops a run's writing, waits until no load is under way that began before, and lets tokens be trusted again. */
export async function endImport(options: ImportOptions, run: string): Promise<void> {
  const closed = await updateRun(options, run, {
    UpdateExpression: "SET #importOpen = :open",
    names: ["importOpen"],
    values: { ":open": false },
  })
  if (!closed) return
  await options.pause(options.settle)
  await updateRun(options, run, {
    UpdateExpression: "REMOVE #importRun, #importOpen, #importSince",
    names: ["importOpen", "importSince"],
    values: {},
  })
}

interface RunUpdate {
  readonly UpdateExpression: string
  readonly names: readonly string[]
  readonly values: Readonly<Record<string, unknown>>
}

/** Updates the head while a run is the one that it names, and answers whether it was. */
function updateRun(options: ImportOptions, run: string, { UpdateExpression, names, values }: RunUpdate) {
  const update: Step = {
    Update: {
      TableName: options.table,
      Key: { ...feedHeadKey },
      UpdateExpression,
      ConditionExpression: "#importRun = :run",
      ExpressionAttributeNames: Object.fromEntries(["importRun", ...names].map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: { ":run": run, ...values },
    },
  }
  return withinTime(options, (request) =>
    untilTaken(options, request, async () => {
      const head: Head =
        find(await batchGet(options, request, [feedHeadKey]), feedHeadKey, parseFeedHead) ?? noHead
      if (head.importing?.run !== run) return false
      await transact(options, request, [update])
      return true
    }),
  )
}

function find<T>(items: readonly Item[], { pk }: Key, parse: (item: Item) => T): T | undefined {
  const item = items.find((one) => one.pk === pk)
  return item === undefined ? undefined : parse(item)
}
