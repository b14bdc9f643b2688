/** All that the sample API keeps, over one table. */

import { type Commands, createCommands } from "./commands.ts"
import { type Comments, createComments } from "./comments.ts"
import { createDevices, type Devices } from "./devices.ts"
import { createDeviceFiles, type DeviceFiles } from "./files.ts"
import { createReports, type Reports } from "./reports.ts"
import type { Table } from "./table.ts"
import { createUsers, type Users } from "./users.ts"

export interface Data {
  readonly users: Users
  readonly reports: Reports
  readonly comments: Comments
  readonly devices: Devices
  readonly commands: Commands
  readonly files: DeviceFiles
}

/** Makes it over an existing table (`tableDefinition` of the store). Nothing is sent until something is asked for. */
export function createData(table: Table): Data {
  return {
    users: createUsers(table),
    reports: createReports(table),
    comments: createComments(table),
    devices: createDevices(table),
    commands: createCommands(table),
    files: createDeviceFiles(table),
  }
}
