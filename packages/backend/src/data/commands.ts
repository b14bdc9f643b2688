/** Commands that were sent to devices, in DynamoDB: kept beside their device. */
import { CustomAttributeType, Entity } from "electrodb"
import { ask } from "./ask.ts"
import { existing } from "./record.ts"
import { removeAll } from "./remove-all.ts"
import { fixedText, service, slot, type Table } from "./table.ts"

/** What a command may carry: flat, by name. */
export type CommandArguments = Readonly<Record<string, string | number | boolean>>

export interface Command {
  readonly id: string
  /** The device's id. */
  readonly device: string
  /** What the device is to do. */
  readonly name: string
  readonly arguments: CommandArguments
  readonly status: "queued"
  /** The subject that sent it. */
  readonly sender: string
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

export interface Commands {
  create(command: Command): Promise<void>
  /** Throws `not_found`. */
  get(device: string, id: string): Promise<Command>
  /** Whatever there is of them, so that a removal that broke off can be asked for again. */
  removeOf(device: string): Promise<void>
}

/** Makes them over an existing table. Every method throws `dependency_failed` when DynamoDB does not answer. */
export function createCommands({ client, table }: Table): Commands {
  const commands = commandEntity(table)
  commands.setClient(client)
  return {
    async create(command) {
      await ask("create command", commands.create(command).go())
    },
    async get(device, id) {
      const found = await ask("read command", commands.get({ device, id }).go({ consistent: true }))
      return existing("command", id, found.data)
    },
    removeOf(device) {
      return removeAll("delete commands", {
        find: () => commands.query.ofDevice({ device }).go({ pages: "all", consistent: true }),
        remove: (found) => commands.delete([...found]).go(),
      })
    },
  }
}

function commandEntity(table: string) {
  return new Entity(
    {
      model: { entity: "command", version: "1", service },
      attributes: {
        id: fixedText,
        device: fixedText,
        name: fixedText,
        arguments: { type: CustomAttributeType<CommandArguments>("any"), required: true, readOnly: true },
        status: { type: ["queued"] as const, required: true },
        sender: fixedText,
        createdAt: fixedText,
      },
      indexes: {
        ofDevice: {
          pk: { field: "pk", composite: ["device"], template: `DEVICE#${slot("device")}`, casing: "none" },
          sk: { field: "sk", composite: ["id"], template: `COMMAND#${slot("id")}`, casing: "none" },
        },
      },
    },
    { table },
  )
}
