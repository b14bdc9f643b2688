import { failureOf, type Outcome } from "./client.ts"
import type { Row } from "./row.ts"
import { createTeam } from "./team.ts"

/** ElectroDB entities and a service of two, as the product uses them. */
export const entityRows: readonly Row[] = [
  {
    name: "create makes an entity once, get finds it, put replaces it",
    async run(raw) {
      const { users } = createTeam(raw, "e1")
      const user = { team: "a", id: "1", name: "Ann", age: 30 }
      return [
        await data(users.create(user).go()),
        await data(users.create(user).go()),
        await data(users.put({ team: "a", id: "1", name: "Ben" }).go()),
        await data(users.get({ team: "a", id: "1" }).go({ consistent: true })),
        await data(users.get({ team: "a", id: "2" }).go()),
      ]
    },
    expected: [
      { team: "a", id: "1", name: "Ann", age: 30 },
      { error: "ConditionalCheckFailedException" },
      { team: "a", id: "1", name: "Ben" },
      { team: "a", id: "1", name: "Ben" },
      null,
    ],
  },
  {
    name: "update sets, adds, appends, removes and deletes at once",
    async run(raw) {
      const { users } = createTeam(raw, "e2")
      await users
        .create({ team: "a", id: "1", name: "Ann", age: 30, log: ["x"], tags: ["p", "q"], note: "n" })
        .go()
      return data(
        users
          .update({ team: "a", id: "1" })
          .set({ name: "Bea" })
          .add({ age: 2, tags: ["r"] })
          .append({ log: ["y"] })
          .remove(["note"])
          .data(({ seen }, { set }) => set(seen, "t0"))
          .go({ response: "all_new" }),
      )
    },
    expected: {
      team: "a",
      id: "1",
      name: "Bea",
      age: 32,
      log: ["x", "y"],
      tags: ["p", "q", "r"],
      seen: "t0",
    },
  },
  {
    name: "patch needs the entity, remove too; upsert and delete do not",
    async run(raw) {
      const { users } = createTeam(raw, "e3")
      const missing = { team: "a", id: "1" }
      return [
        await data(users.patch(missing).set({ name: "x" }).go()),
        await data(users.remove(missing).go()),
        await data(users.delete(missing).go()),
        await data(users.upsert({ ...missing, name: "y" }).go({ response: "all_new" })),
        await data(users.upsert({ ...missing, name: "z" }).go({ response: "all_new" })),
        await data(users.remove(missing).go()),
      ]
    },
    expected: [
      { error: "ConditionalCheckFailedException" },
      { error: "ConditionalCheckFailedException" },
      { team: "a", id: "1" },
      { team: "a", id: "1", name: "y" },
      { team: "a", id: "1", name: "z" },
      { team: "a", id: "1" },
    ],
  },
  {
    name: "where is a condition on writes and a filter on reads",
    async run(raw) {
      const { users } = createTeam(raw, "e4")
      await users.create({ team: "a", id: "1", name: "Ann", age: 30 }).go()
      await users.create({ team: "a", id: "2", name: "Bob", age: 40 }).go()
      const older = (than: number) =>
        users
          .patch({ team: "a", id: "1" })
          .set({ name: "Old" })
          .where(({ age }, { gt }) => gt(age, than))
          .go({ response: "all_new" })
      return [
        await data(older(50)),
        await data(older(20)),
        await data(
          users.query
            .byTeam({ team: "a" })
            .where(({ age }, { between }) => between(age, 35, 45))
            .go(),
        ),
      ]
    },
    expected: [
      { error: "ConditionalCheckFailedException" },
      { team: "a", id: "1", name: "Old", age: 30 },
      [{ team: "a", id: "2", name: "Bob", age: 40 }],
    ],
  },
  {
    name: "queries by begins, between, gt and lte of a sort key",
    async run(raw) {
      const { users } = createTeam(raw, "e5")
      for (const id of ["10", "11", "20", "30"]) await users.create({ team: "a", id, name: id }).go()
      const ids = async (query: Promise<{ data: { id: string }[] }>) => (await query).data.map(({ id }) => id)
      const of = () => users.query.byTeam({ team: "a" })
      return [
        await ids(of().begins({ id: "1" }).go()),
        await ids(of().between({ id: "11" }, { id: "20" }).go()),
        await ids(of().gt({ id: "11" }).go()),
        await ids(of().lte({ id: "11" }).go({ order: "desc" })),
      ]
    },
    expected: [
      ["10", "11"],
      ["11", "20"],
      ["20", "30"],
      ["11", "10"],
    ],
  },
  {
    name: "a cursor walks an index page by page",
    async run(raw) {
      const { users } = createTeam(raw, "e6")
      for (const name of ["d", "a", "c", "b", "e"])
        await users.create({ team: name, id: "1", name, office: "x" }).go()
      const pages: string[][] = []
      let cursor: string | null = null
      do {
        const page: { data: { team: string }[]; cursor: string | null } = await users.query
          .byOffice({ office: "x" })
          .go({ limit: 2, cursor })
        pages.push(page.data.map(({ team }) => team))
        cursor = page.cursor
      } while (cursor !== null && pages.length < 10)
      return pages
    },
    expected: [["a", "b"], ["c", "d"], ["e"]],
  },
  {
    name: "a collection brings two kinds of entity at once",
    async run(raw) {
      const { service: team, users, tasks } = createTeam(raw, "e7")
      await users.create({ team: "a", id: "1", name: "Ann" }).go()
      await tasks.create({ team: "a", task: "t1", open: true }).go()
      await tasks.create({ team: "b", task: "t2", open: true }).go()
      return data(team.collections.everything({ team: "a" }).go())
    },
    expected: {
      users: [{ team: "a", id: "1", name: "Ann" }],
      tasks: [{ team: "a", task: "t1", open: true }],
    },
  },
  {
    name: "batches of entities are put, read and deleted",
    async run(raw) {
      const { users } = createTeam(raw, "e8")
      const keys = Array.from({ length: 30 }, (_, at) => ({ team: "a", id: String(at + 10) }))
      const put = await users.put(keys.map((key) => ({ ...key, name: key.id }))).go()
      const read = await users.get([...keys, { team: "a", id: "missing" }]).go({ preserveBatchOrder: true })
      const gone = await users.delete(keys.slice(1)).go()
      const left = await users.query.byTeam({ team: "a" }).go()
      return [
        put.unprocessed,
        read.data.map((user) => user?.id ?? null),
        gone.unprocessed,
        left.data.map(({ id }) => id),
      ]
    },
    expected: [[], [...Array.from({ length: 30 }, (_, at) => String(at + 10)), null], [], ["10"]],
  },
  {
    name: "a write transaction commits over two entities, and a read transaction sees both",
    async run(raw) {
      const { service: team } = createTeam(raw, "e9")
      await team.entities.users.create({ team: "a", id: "1", name: "Ann", age: 1 }).go()
      const written = await team.transaction
        .write(({ users, tasks }) => [
          users.patch({ team: "a", id: "1" }).add({ age: 1 }).commit(),
          tasks.create({ team: "a", task: "t1", open: true }).commit(),
          users
            .check({ team: "a", id: "2" })
            .where(({ name }, { notExists }) => notExists(name))
            .commit(),
        ])
        .go({ token: "token-e9" })
      const read = await team.transaction
        .get(({ users, tasks }) => [
          users.get({ team: "a", id: "1" }).commit(),
          tasks.get({ team: "a", task: "t1" }).commit(),
          tasks.get({ team: "a", task: "t2" }).commit(),
        ])
        .go()
      return [written.canceled, read.data.map(({ item }) => item)]
    },
    expected: [
      false,
      [{ team: "a", id: "1", name: "Ann", age: 2 }, { team: "a", task: "t1", open: true }, null],
    ],
  },
  {
    name: "a cancelled write transaction tells which write stood in the way",
    async run(raw) {
      const { service: team } = createTeam(raw, "e10")
      await team.entities.users.create({ team: "a", id: "1", name: "Ann" }).go()
      const { canceled, data: parts } = await team.transaction
        .write(({ users, tasks }) => [
          tasks.create({ team: "a", task: "t1", open: true }).commit(),
          users.create({ team: "a", id: "1", name: "Eve" }).commit({ response: "all_old" }),
        ])
        .go()
      const { data: found } = await team.entities.tasks.get({ team: "a", task: "t1" }).go()
      return [canceled, parts.map(({ rejected, code, item }) => [rejected, code, item]), found]
    },
    expected: [
      true,
      [
        [false, "None", null],
        [true, "ConditionalCheckFailed", { team: "a", id: "1", name: "Ann" }],
      ],
      null,
    ],
  },
  {
    name: "a scan finds the entities of one kind that match",
    async run(raw) {
      const { users, tasks } = createTeam(raw, "e11")
      await users.create({ team: "a", id: "1", name: "Ann" }).go()
      await users.create({ team: "b", id: "1", name: "Bob" }).go()
      await tasks.create({ team: "a", task: "t1", open: true }).go()
      return data(users.scan.where(({ name }, { contains }) => contains(name, "o")).go())
    },
    expected: [{ team: "b", id: "1", name: "Bob" }],
  },
]

/** An operation's data, or the name of the error that the service gave. */
async function data(work: Promise<{ readonly data: unknown }>): Promise<unknown> {
  try {
    return JSON.parse(JSON.stringify((await work).data ?? null))
  } catch (error) {
    const { error: name }: Outcome = failureOf((error as Error).cause ?? error)
    return { error: name }
  }
}
