/** The PermissionStore over one DynamoDB table. */
import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb"
import { parseAttribution, parseRefusal } from "./attribution.ts"
import { batchGet, type CallOptions, withinTime } from "./dynamo-call.ts"
import { endImport, type ImportOptions, importMembers } from "./dynamo-import.ts"
import { listAudit, listChanges, listMembers, listRoles } from "./dynamo-list.ts"
import { loadSubject } from "./dynamo-load.ts"
import { type Pause, pauseInTime, type WriteOptions, write } from "./dynamo-write.ts"
import { createEntities, type Entities } from "./entities.ts"
import { describeHead, noHead } from "./head.ts"
import { parseImport } from "./import-judge.ts"
import {
  defaultChangeLifetime,
  judgeRaise,
  judgeRecord,
  type Raise,
  type RecordWrite,
  seconds,
} from "./judge.ts"
import {
  administratorsKey,
  feedHeadKey,
  memberKey,
  type ReleaseItem,
  releaseKey,
  roleKey,
  schemaVersion,
} from "./keys.ts"
import { parseAdministrators, parseFeedHead, parseGenerationResult } from "./log-record.ts"
import { parseRelease, parseRoleName, parseSubject } from "./names.ts"
import { parseTrail } from "./page.ts"
import type { AuditRecord, Generation, Member, PermissionStore, Role, RoleName } from "./port.ts"
import { parseMember, parseMemberResult, parseRole, parseRoleResult } from "./record.ts"
import { refusedRecord } from "./trail.ts"
import { auditStep } from "./transaction.ts"
import { memberDelete, memberPut, raise, roleDelete, rolePut } from "./writes.ts"

export interface DynamoStoreOptions {
  /** Its retries should be bounded: createDynamoClient makes such a client. */
  readonly client: DynamoDBDocumentClient | DynamoDBClient
  /** The table's name. */
  readonly table: string
  /**
   * Milliseconds that one reading call may take, with all its requests and retries; 2,000 if absent. A bulk import
   * takes this for the longest that a `load` takes, in any process that mints tokens from the table.
   */
  readonly timeLimit?: number
  /**
   * Milliseconds that one writing call may take; 5,000 if absent. More than a read's: all writers go through the head
   * of the change feed one by one, and whoever finds it taken waits for another turn. No change is dated earlier
   * than this before it is there.
   */
  readonly writeTimeLimit?: number
  /** Seconds that a change is kept; 90,060 if absent: the longest token, the longest cached answer, leeway. */
  readonly changeLifetime?: number
  /** Milliseconds since 1970; the process's clock if absent. */
  readonly now?: () => number
  /** Waits, between attempts and at the end of an import; in real time if absent. */
  readonly pause?: Pause
}

/** Makes a store over an existing table (`tableDefinition`). Nothing is sent until it is first called. */
export function createDynamoStore(given: DynamoStoreOptions): PermissionStore {
  const { reading, writing } = optionsOf(given)
  // Every method is async, so that a malformed argument is a rejection too.
  return {
    async load(subject, expectedRoles = []) {
      return loadSubject(reading, parseSubject(subject), expectedRoles)
    },
    async putMember(draft, version, by) {
      return writeMember(writing, memberPut(draft, version, by))
    },
    async deleteMember(subject, version, by) {
      return writeMember(writing, memberDelete(subject, version, by))
    },
    async readRole(name) {
      return readRole(reading, parseRoleName(name))
    },
    async putRole(draft, version, by) {
      return writeRole(writing, rolePut(draft, version, by))
    },
    async deleteRole(name, version, by) {
      return writeRole(writing, roleDelete(name, version, by))
    },
    async putRelease(fingerprint) {
      return putRelease(reading, parseRelease(fingerprint))
    },
    async readGeneration() {
      return readGeneration(reading, writing.now())
    },
    async raiseGeneration(by, above) {
      return writeRaise(writing, raise("raise", by, above))
    },
    async countAdministrators() {
      return countAdministrators(reading)
    },
    async beginImport(by) {
      return writeRaise(writing, raise("import", by))
    },
    async importMembers(drafts, by) {
      return importMembers(writing, parseImport(drafts), parseAttribution(by))
    },
    async endImport(by) {
      return endImport(writing, parseAttribution(by).idempotencyKey)
    },
    async recordRefusal(refusal, by) {
      const parsed = { ...parseRefusal(refusal), ...parseTrail(refusal) }
      return addToAudit(writing, refusedRecord(parsed, parseAttribution(by), writing.now()))
    },
    listMembers: async (page = {}) => listMembers(reading, page),
    listRoles: async (page = {}) => listRoles(reading, page),
    listChanges: async (page = {}) => listChanges(reading, page, seconds({ at: writing.now() })),
    listAudit: async (query, page = {}) => listAudit(reading, query, page),
  }
}

/** A load's time is counted by a timer of another process: this is how far that may be off, in milliseconds. */
const timerLeeway = 500

function optionsOf(given: DynamoStoreOptions): {
  readonly reading: CallOptions
  readonly writing: ImportOptions
} {
  const { table, timeLimit = 2000, writeTimeLimit = 5000, changeLifetime = defaultChangeLifetime } = given
  const { now = Date.now, pause = pauseInTime } = given
  const client =
    given.client instanceof DynamoDBDocumentClient ? given.client : DynamoDBDocumentClient.from(given.client)
  const reading = { client, table, timeLimit }
  let made: Entities | undefined
  const entities = () => {
    made ??= createEntities(table)
    return made
  }
  const settle = timeLimit + timerLeeway
  return {
    reading,
    writing: { ...reading, timeLimit: writeTimeLimit, entities, now, changeLifetime, pause, settle },
  }
}

function writeMember(options: WriteOptions, one: RecordWrite<Member>): Promise<Member> {
  const { name } = one
  return write(options, {
    idempotencyKey: one.by.idempotencyKey,
    record: { key: memberKey(name), parse: (item) => parseMember(item, name) },
    judge: (reading, moment) => judgeRecord(one, reading, moment),
    parseResult: (result) => parseMemberResult(result, name),
  })
}

function writeRole(options: WriteOptions, one: RecordWrite<Role>): Promise<Role> {
  const { name } = one
  return write(options, {
    idempotencyKey: one.by.idempotencyKey,
    record: { key: roleKey(name), parse: (item) => parseRole(item, name) },
    judge: (reading, moment) => judgeRecord(one, reading, moment),
    parseResult: (result) => parseRoleResult(result, name),
  })
}

function writeRaise(options: WriteOptions, one: Raise): Promise<number> {
  return write(options, {
    idempotencyKey: one.by.idempotencyKey,
    judge: (reading, moment) => judgeRaise(one, reading, moment),
    parseResult: parseGenerationResult,
  })
}

function readRole(options: CallOptions, name: RoleName): Promise<Role | undefined> {
  return withinTime(options, async (request) => {
    const [item] = await batchGet(options, request, [roleKey(name)])
    return item === undefined ? undefined : parseRole(item, name)
  })
}

function readGeneration(options: CallOptions, at: number): Promise<Generation> {
  return withinTime(options, async (request) => {
    const [item] = await batchGet(options, request, [feedHeadKey])
    return describeHead(item === undefined ? noHead : parseFeedHead(item), at)
  })
}

function countAdministrators(options: CallOptions): Promise<number> {
  return withinTime(options, async (request) => {
    const [item] = await batchGet(options, request, [administratorsKey])
    return item === undefined ? 0 : parseAdministrators(item)
  })
}

function putRelease(options: CallOptions, fingerprint: string): Promise<void> {
  const item: ReleaseItem = { ...releaseKey, entity: "release", schema: schemaVersion, fingerprint }
  return withinTime(options, async (request) => {
    const command = new PutCommand({ TableName: options.table, Item: item })
    await request("PutItem", (sending) => options.client.send(command, sending))
  })
}

function addToAudit(options: WriteOptions, record: AuditRecord): Promise<void> {
  return withinTime(options, async (request) => {
    // A single step has no other kind.
    const command = new PutCommand(auditStep(options, record).Put!)
    try {
      await request("PutItem", (sending) => options.client.send(command, sending))
    } catch (error) {
      // Its id is random: what is there is what the SDK's first attempt wrote.
      if (!(error instanceof ConditionalCheckFailedException)) throw error
    }
  })
}
