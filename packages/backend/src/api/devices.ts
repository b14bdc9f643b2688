/** Devices, the commands that are sent to them, and their files. */
import * as z from "zod"
import { json, text } from "../body.ts"
import type { Command } from "../data/commands.ts"
import type { Device } from "../data/devices.ts"
import { missing } from "../data/record.ts"
import { endpoint, nothing } from "../endpoint.ts"
import { problem } from "../problem.ts"
import type { ApiDeps, HandlersOf } from "./deps.ts"
import { line, pageQuery, timestamp } from "./fields.ts"

const newDevice = z.strictObject({ name: line(200), model: line(100).default("unknown") })

const commandName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, "expected a name of `a-z 0-9 -`")
const argumentName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/, "expected a name of letters and digits")
const newCommand = z.strictObject({
  name: commandName,
  arguments: z
    .record(argumentName, z.union([line(500), z.number(), z.boolean()]))
    .refine((given) => Object.keys(given).length <= 16, "expected at most 16")
    .default({}),
})

const largestFile = 100 * 1024
/** A file's path is part of its key, which DynamoDB bounds at 1,024 bytes. */
const longestPath = 512

/** Makes the handlers of devices, commands and files. */
export function createDeviceHandlers({
  data: { devices, commands, files },
  now,
  newId,
}: ApiDeps): HandlersOf<
  | "listDevices"
  | "registerDevice"
  | "getDevice"
  | "removeDevice"
  | "sendCommand"
  | "getCommand"
  | "readDeviceFile"
  | "writeDeviceFile"
> {
  return {
    listDevices: endpoint({ ...nothing, query: pageQuery }, async ({ query, c }) =>
      c.json(await devices.list(query)),
    ),

    registerDevice: endpoint({ ...nothing, body: json(newDevice) }, async ({ caller, body, c }) => {
      const device: Device = { id: newId(), owner: caller.subject, ...body, createdAt: timestamp(now()) }
      await devices.create(device)
      return c.json(device, 201, { location: `/api/devices/${device.id}` })
    }),

    getDevice: endpoint(nothing, async ({ params, c }) => c.json(await devices.get(params.id))),

    removeDevice: endpoint(nothing, async ({ params, c }) => {
      const { id } = await devices.get(params.id)
      // What belongs to it first: should this break off, the device is still there to be removed again.
      await Promise.all([commands.removeOf(id), files.removeOf(id)])
      await devices.remove(id)
      return c.body(null, 204)
    }),

    sendCommand: endpoint({ ...nothing, body: json(newCommand) }, async ({ caller, params, body, c }) => {
      const { id: device } = await devices.get(params.id)
      const sent = { status: "queued", sender: caller.subject, createdAt: timestamp(now()) } as const
      const command: Command = { id: newId(), device, ...body, ...sent }
      await commands.create(command)
      return c.json(command, 202, { location: `/api/devices/${device}/commands/${command.id}` })
    }),

    getCommand: endpoint(nothing, async ({ params, c }) =>
      c.json(await commands.get(params.id, params.command)),
    ),

    readDeviceFile: endpoint(nothing, async ({ params: { id, path }, c }) => {
      if (isTooLong(path)) throw missing("file", path)
      const { content } = await files.read(id, path)
      return c.body(content, 200, { "content-type": "text/plain; charset=utf-8" })
    }),

    writeDeviceFile: endpoint({ ...nothing, body: text(largestFile) }, async ({ params, body, c }) => {
      const { id, path } = params
      if (isTooLong(path))
        return problem("malformed_input", `path: expected at most ${longestPath} bytes behind \`files/\``)
      await devices.get(id)
      const size = Buffer.byteLength(body)
      const updatedAt = timestamp(now())
      const { replaced } = await files.write({ device: id, path, content: body, size, updatedAt })
      return c.json({ device: id, path, size, updatedAt }, replaced ? 200 : 201)
    }),
  }
}

function isTooLong(path: string): boolean {
  return Buffer.byteLength(path) > longestPath
}
