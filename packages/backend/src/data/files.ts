/** Text files of devices, in DynamoDB: kept beside their device, by path. */
import { Entity } from "electrodb"
import { ask } from "./ask.ts"
import { existing } from "./record.ts"
import { removeAll } from "./remove-all.ts"
import { count, fixedText, service, slot, type Table, text } from "./table.ts"

export interface DeviceFile {
  /** The device's id. */
  readonly device: string
  /** `logs/today.txt` */
  readonly path: string
  readonly content: string
  /** UTF-8 bytes. */
  readonly size: number
  /** ISO 8601, UTC. */
  readonly updatedAt: string
}

export interface DeviceFiles {
  /** Writes over what is there; tells whether something was. */
  write(file: DeviceFile): Promise<{ readonly replaced: boolean }>
  /** Throws `not_found`. */
  read(device: string, path: string): Promise<DeviceFile>
  /** Whatever there is of them, so that a removal that broke off can be asked for again. */
  removeOf(device: string): Promise<void>
}

/** Makes them over an existing table. Every method throws `dependency_failed` when DynamoDB does not answer. */
export function createDeviceFiles({ client, table }: Table): DeviceFiles {
  const files = fileEntity(table)
  files.setClient(client)
  return {
    async write(file) {
      const before = await ask("write file", files.put(file).go({ response: "all_old" }))
      return { replaced: before.data !== null }
    },
    async read(device, path) {
      const found = await ask("read file", files.get({ device, path }).go({ consistent: true }))
      return existing("file", path, found.data)
    },
    removeOf(device) {
      return removeAll("delete files", {
        find: () =>
          files.query
            .ofDevice({ device })
            .go({ pages: "all", consistent: true, attributes: ["device", "path"] }),
        remove: (found) => files.delete([...found]).go(),
      })
    },
  }
}

function fileEntity(table: string) {
  return new Entity(
    {
      model: { entity: "file", version: "1", service },
      attributes: { device: fixedText, path: fixedText, content: text, size: count, updatedAt: text },
      indexes: {
        ofDevice: {
          pk: { field: "pk", composite: ["device"], template: `DEVICE#${slot("device")}`, casing: "none" },
          sk: { field: "sk", composite: ["path"], template: `FILE#${slot("path")}`, casing: "none" },
        },
      },
    },
    { table },
  )
}
