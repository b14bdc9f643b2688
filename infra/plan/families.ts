/** Resources that differ in little, as the routes of one API do: shown once, with what differs. */

interface Entry {
  readonly type: string
  readonly name: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface Family {
  readonly title: string
  /** What all of them say. */
  readonly common: Readonly<Record<string, unknown>>
  /** What each says besides, sorted by name; none for a resource that stands alone. */
  readonly members: readonly Omit<Entry, "type">[]
}

/** Fewer than this are blocks of their own. */
const smallest = 4

/** Sorted by the name of the first member. */
export function familiesOf(entries: readonly Entry[]): readonly Family[] {
  const byKind = new Map<string, Entry[]>()
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))) {
    const kind = kindOf(entry)
    byKind.set(kind, [...(byKind.get(kind) ?? []), entry])
  }
  return [...byKind.values()]
    .flatMap((kin) => (kin.length < smallest ? kin.map(alone) : [family(kin)]))
    .toSorted((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)))
}

/** The same type, API and fields. */
function kindOf({ type, name, fields }: Entry): string {
  const api = fields.apiId ?? fields.restApi
  return api === undefined ? `${type} ${name}` : JSON.stringify([type, api, Object.keys(fields).toSorted()])
}

function alone({ type, name, fields }: Entry): Family & { first: string } {
  return { title: `${type} ${name}`, common: fields, members: [], first: name }
}

function family(kin: readonly Entry[]): Family & { first: string } {
  const [first] = kin
  const fields = Object.entries(first?.fields ?? {})
  const isCommon = ([key, value]: [string, unknown]) =>
    kin.every((each) => JSON.stringify(each.fields[key]) === JSON.stringify(value))
  const common = Object.fromEntries(fields.filter(isCommon))
  const members = kin.map(({ name, fields: own }) => ({
    name,
    fields: Object.fromEntries(Object.entries(own).filter(([key]) => !(key in common))),
  }))
  return { title: `${first?.type} × ${kin.length}`, common, members, first: first?.name ?? "" }
}
