import { Entity, Service } from "electrodb"
import { type Raw, tables } from "./client.ts"

/** Two entities and their service, under a name of their own, so that rows of the contract do not see each other. */
export function createTeam(raw: Raw, name: string) {
  const configuration = { client: raw.client, table: tables.strings }
  const byTeam = <T extends string>(sort: T) =>
    ({ pk: { field: "pk", composite: ["team"] }, sk: { field: "sk", composite: [sort] } }) as const
  const users = new Entity(
    {
      model: { entity: "user", version: "1", service: name },
      attributes: {
        team: { type: "string", required: true },
        id: { type: "string", required: true },
        name: { type: "string" },
        age: { type: "number" },
        log: { type: "list", items: { type: "string" } },
        tags: { type: "set", items: "string" },
        note: { type: "string" },
        seen: { type: "string" },
        office: { type: "string" },
      },
      indexes: {
        byTeam: { collection: "everything", ...byTeam("id") },
        byOffice: {
          index: "gsi1",
          pk: { field: "gsi1pk", composite: ["office"] },
          sk: { field: "gsi1sk", composite: ["team"] },
        },
      },
    },
    configuration,
  )
  const tasks = new Entity(
    {
      model: { entity: "task", version: "1", service: name },
      attributes: {
        team: { type: "string", required: true },
        task: { type: "string", required: true },
        open: { type: "boolean" },
      },
      indexes: { byTeam: { collection: "everything", ...byTeam("task") } },
    },
    configuration,
  )
  return { users, tasks, service: new Service({ users, tasks }, configuration) }
}
