/** Reading a subject: everything that a decision about it needs, in one request where its roles are expected. */
import { batchGet, type CallOptions, type Item, type Request, withinTime } from "./dynamo-call.ts"
import { builtInRoles } from "./evaluate.ts"
import { generationOf, noHead } from "./head.ts"
import { feedHeadKey, type Key, memberKey, releaseKey, roleKey } from "./keys.ts"
import { parseFeedHead } from "./log-record.ts"
import { isRoleName, maxRoles } from "./names.ts"
import type { Role, RoleName, SubjectId, SubjectRecord } from "./port.ts"
import { parseMember, parseReleaseItem, parseRole } from "./record.ts"

/** Reads a subject with its roles. Roles that were expected and are not held cost their bytes, nothing else. */
export function loadSubject(
  options: CallOptions,
  subject: SubjectId,
  expectedRoles: readonly RoleName[],
): Promise<SubjectRecord> {
  return withinTime(options, async (request) => {
    const expected = storable(expectedRoles.filter(isRoleName)).slice(0, maxRoles)
    const keys = [memberKey(subject), feedHeadKey, releaseKey, ...expected.map(roleKey)]
    const found = await readByKey(options, request, keys)
    const head = parsed(found.get(feedHeadKey.pk), parseFeedHead) ?? noHead
    const member = parsed(found.get(memberKey(subject).pk), (item) => parseMember(item, subject))
    const held = storable(member?.roles ?? [])
    const unexpected = held.filter((name) => !expected.includes(name))
    const more = await readByKey(options, request, unexpected.map(roleKey))
    return {
      subject,
      generation: generationOf(head),
      release: parsed(found.get(releaseKey.pk), parseReleaseItem),
      member,
      roles: rolesIn(new Map([...found, ...more]), held),
    }
  })
}

/** Built-in roles have no item. */
function storable(names: readonly RoleName[]): RoleName[] {
  return [...new Set(names)].filter((name) => !builtInRoles.has(name))
}

/** Only roles that are held are parsed: what else was read must not matter. */
function rolesIn(found: ReadonlyMap<string, Item>, held: readonly RoleName[]): Role[] {
  return held
    .map((name) => parsed(found.get(roleKey(name).pk), (item) => parseRole(item, name)))
    .filter((role) => role !== undefined)
}

/** Items by partition key, which is unique among records. */
async function readByKey(
  options: CallOptions,
  request: Request,
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Item>> {
  const items = keys.length === 0 ? [] : await batchGet(options, request, keys)
  return new Map(items.map((item) => [String(item.pk), item]))
}

function parsed<T>(item: Item | undefined, parse: (item: Item) => T): T | undefined {
  return item === undefined ? undefined : parse(item)
}
