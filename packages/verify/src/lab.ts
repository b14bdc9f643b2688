/** What checks look at a stage with. Whatever a check makes, the lab takes away. */
import { randomBytes } from "node:crypto"
import { setTimeout } from "node:timers/promises"
import type { Aws } from "./aws.ts"
import { type Cleanup, createCleanup } from "./cleanup.ts"
import type { DoorName } from "./doors.ts"
import { createPeople, type People, type Person, type Session } from "./people.ts"
import { type RawRequest, sendRaw } from "./raw.ts"
import type { RawAnswer } from "./raw-answer.ts"
import { createScratch, removeItems, type Scratch } from "./scratch.ts"
import { createSecrets, type Secrets } from "./secrets.ts"
import type { Settings } from "./settings.ts"
import type { Stage } from "./stage.ts"

/** A request to a door. */
export interface Asked extends Omit<RawRequest, "target"> {
  /** Below the door's address, character for character. */
  readonly path: string
  readonly token?: string
}

export interface Lab {
  readonly stage: Stage
  readonly settings: Settings
  readonly aws: Pick<Aws, "cognito" | "dynamo">
  readonly people: People
  readonly secrets: Secrets
  readonly cleanup: Cleanup
  /** Own items; made known to the cleanup when they are first asked for. */
  scratch(): Scratch
  /** Half a second for the table to recover; no time at all where nobody else is in it. */
  pause(): Promise<void>
  /** Takes away every item under a partition key. */
  removeItems(pk: string): Promise<void>
  /** Someone who holds `held` and nothing else, signed in; the same one for all checks. */
  someone(): Promise<Person & Session>
  /** Asks a door that the stage has. */
  ask(door: DoorName, asked: Asked): Promise<RawAnswer>
  /** Sends anything to the host of a door. */
  send(door: DoorName, request: RawRequest): Promise<RawAnswer>
  readonly now: () => number
  /** Begins the names of all that this run makes. */
  readonly prefix: string
}

/** What the one who asks may do: read files of devices, of which none need exist. */
export const held = ["GET:/api/devices/{id}/files/{path+}"]

export interface LabDeps {
  readonly stage: Stage
  readonly settings: Settings
  readonly aws: Pick<Aws, "cognito" | "dynamo">
  readonly now?: () => number
}

export function createLab({ stage, settings, aws, now = Date.now }: LabDeps): Lab {
  const prefix = `claimgate-verify-${randomBytes(6).toString("hex")}`
  const [cleanup, secrets] = [createCleanup(), createSecrets()]
  if (stage.pool.machine) secrets.keep(stage.pool.machine.secret)
  const people = createPeople({ stage, aws, cleanup, secrets, prefix, now })
  const send = (door: DoorName, request: RawRequest) => sendRaw(addressOf(stage, door), request)
  const pause = () => (stage.isLocal ? Promise.resolve() : setTimeout(500))
  const remove = (pk: string) => removeItems({ dynamo: aws.dynamo, TableName: stage.table, pause }, pk)
  return {
    ...{ stage, settings, aws, people, secrets, cleanup, send, now, prefix },
    ...{ pause, removeItems: remove },
    scratch: once(() => createScratch(stage.table, `VERIFY#${prefix}`, cleanup, remove)),
    someone: once(async () => {
      const person = await people.create("reader", held)
      return { ...person, ...(await people.signIn(person)) }
    }),
    ask: (door, { path, token, headers = [], ...request }) =>
      send(door, {
        ...request,
        target: `${pathOf(stage, door)}${path}`,
        headers: token === undefined ? headers : [...headers, ["authorization", `Bearer ${token}`]],
      }),
  }
}

function addressOf({ doors }: Stage, door: DoorName): string {
  const address = doors[door]
  if (address === undefined) throw new Error(`front door \`${door}\`: expected one that the stage has`)
  return address
}

/** What leads every path: a REST API's stage. */
function pathOf(stage: Stage, door: DoorName): string {
  return new URL(addressOf(stage, door)).pathname.replace(/\/$/, "")
}

/** A failure is remembered, too: whoever comes next fails alike, and at once. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
