import { type Input, type Rules, rulesOf, type Store } from "./dynalite.ts"
import { serviceError } from "./service-error.ts"

/**
 * UpdateTimeToLive and DescribeTimeToLive: the setting is remembered, and shown as done at once. No item is
 * deleted by it, as on the service items may outlive their time by days: readers check expiry themselves.
 */
interface Setting {
  readonly AttributeName: string
  readonly Enabled: boolean
}

/** What an UpdateTimeToLive request may hold. */
export const timeToLiveRules: Rules = {
  types: {
    ...rulesOf("DescribeTimeToLive").types,
    TimeToLiveSpecification: {
      type: "FieldStruct<TimeToLiveSpecification>",
      notNull: true,
      children: {
        AttributeName: {
          type: "String",
          notNull: true,
          lengthGreaterThanOrEqual: 1,
          lengthLessThanOrEqual: 255,
        },
        Enabled: { type: "Boolean", notNull: true },
      },
    },
  },
}

/** Turns time to live on or off for a table; a change that changes nothing is refused, as the service refuses it. */
export async function updateTimeToLive(store: Store, input: Input) {
  const name = await existing(store, input)
  // Validated above.
  const wanted = input.TimeToLiveSpecification as Setting
  const current = await settingOf(store, name)
  const refuse = (message: string) => serviceError("ValidationException", message)
  if (!wanted.Enabled && !current) throw refuse("TimeToLive is already disabled")
  if (current && wanted.AttributeName !== current.AttributeName)
    throw refuse(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${current.AttributeName}`,
    )
  if (wanted.Enabled && current) throw refuse("TimeToLive is already enabled")
  await store.db.batch([
    wanted.Enabled ? { type: "put", key: keyOf(name), value: wanted } : { type: "del", key: keyOf(name) },
  ])
  return { TimeToLiveSpecification: wanted }
}

/** Whether time to live is on for a table, and by which attribute. */
export async function describeTimeToLive(store: Store, input: Input) {
  const setting = await settingOf(store, await existing(store, input))
  if (!setting) return { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } }
  return { TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: setting.AttributeName } }
}

/** Forgets the setting of a table that is gone. */
export async function forgetTimeToLive(store: Store, table: string): Promise<void> {
  await store.db.batch([{ type: "del", key: keyOf(table) }])
}

async function settingOf(store: Store, table: string): Promise<Setting | undefined> {
  // Written by `updateTimeToLive` alone.
  return (await store.db.get(keyOf(table))) as Setting | undefined
}

function existing(store: Store, input: Input): Promise<string> {
  const name = String(input.TableName)
  return new Promise((resolve, reject) =>
    store.getTable(name, false, (error) => (error ? reject(error) : resolve(name))),
  )
}

/** Beside dynalite's own prefixes `table~`, `item-…~`, `index-…~` and `tag-…~`. */
function keyOf(table: string): string {
  return `ttl~${table}`
}
