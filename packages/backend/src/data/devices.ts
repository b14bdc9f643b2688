/** Devices, in DynamoDB: one item each, listed by owner. */
import { createConversions, Entity } from "electrodb"
import { ask, askIf } from "./ask.ts"
import { decodeCursor, type Page, type PageRequest, pageOf } from "./page.ts"
import { existing, missing } from "./record.ts"
import { fixedText, service, slot, type Table } from "./table.ts"

export interface Device {
  readonly id: string
  /** The subject that registered it. */
  readonly owner: string
  readonly name: string
  readonly model: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

export interface Devices {
  create(device: Device): Promise<void>
  /** Throws `not_found`. */
  get(id: string): Promise<Device>
  /** Throws `not_found`. */
  remove(id: string): Promise<void>
  /** In order of owner and id; may miss what was written in the last moments. */
  list(request: PageRequest): Promise<Page<Device>>
  /** One owner's, in order of id. */
  listOf(owner: string, request: PageRequest): Promise<Page<Device>>
}

/** Makes them over an existing table. Every method throws `dependency_failed` when DynamoDB does not answer. */
export function createDevices({ client, table }: Table): Devices {
  const devices = deviceEntity(table)
  devices.setClient(client)
  const { list } = createConversions(devices).byAccessPattern
  return {
    async create(device) {
      await ask("create device", devices.create(device).go())
    },
    async get(id) {
      const found = await ask("read device", devices.get({ id }).go({ consistent: true }))
      return existing("device", id, found.data)
    },
    async remove(id) {
      if ((await askIf("delete device", devices.remove({ id }).go())) === undefined)
        throw missing("device", id)
    },
    async list({ limit, cursor }) {
      const [owner, id] = cursor === undefined ? [] : decodeCursor(cursor, 2)
      const after =
        owner === undefined || id === undefined ? null : list.fromComposite.toCursor({ owner, id })
      const found = await ask("list devices", devices.query.list({}).go({ limit, cursor: after }))
      return pageOf(found.data, found.cursor !== null, (last) => [last.owner, last.id])
    },
    async listOf(owner, { limit, cursor }) {
      const [id] = cursor === undefined ? [] : decodeCursor(cursor, 1)
      const after = id === undefined ? null : list.fromComposite.toCursor({ owner, id })
      const found = await ask("list devices", devices.query.list({ owner }).go({ limit, cursor: after }))
      return pageOf(found.data, found.cursor !== null, (last) => [last.id])
    },
  }
}

function deviceEntity(table: string) {
  return new Entity(
    {
      model: { entity: "device", version: "1", service },
      attributes: {
        id: fixedText,
        owner: fixedText,
        name: fixedText,
        model: fixedText,
        createdAt: fixedText,
      },
      indexes: {
        byId: {
          pk: { field: "pk", composite: ["id"], template: `DEVICE#${slot("id")}`, casing: "none" },
          sk: { field: "sk", composite: [], template: "DEVICE", casing: "none" },
        },
        list: {
          index: "gsi1",
          pk: { field: "gsi1pk", composite: [], template: "DEVICES", casing: "none" },
          sk: {
            field: "gsi1sk",
            composite: ["owner", "id"],
            template: `OWNER#${slot("owner")}#DEVICE#${slot("id")}`,
            casing: "none",
          },
        },
      },
    },
    { table },
  )
}
