import { PutCommand } from "@aws-sdk/lib-dynamodb"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { by } from "../test/by.ts"
import { type Dynalite, startDynalite } from "../test/dynalite.ts"
import { createDynamoStore } from "./dynamo-store.ts"
import {
  type FeedHeadItem,
  feedHeadKey,
  type MemberItem,
  memberKey,
  type ReleaseItem,
  type RoleItem,
  releaseKey,
  roleKey,
} from "./keys.ts"
import { parseFeedHead } from "./log-record.ts"
import type { PermissionStore } from "./port.ts"
import { parseMember, parseReleaseItem, parseRole } from "./record.ts"

const member: MemberItem = {
  ...memberKey("alice"),
  ...{ entity: "member", schema: "1", version: 3, deleted: false },
  ...{ subject: "alice", roles: ["editor"], permissions: ["GET:/a"], disabled: false },
}
const role: RoleItem = {
  ...roleKey("editor"),
  ...{ entity: "role", schema: "1", version: 2, deleted: false },
  ...{ name: "editor", permissions: ["GET:/a"] },
}
const release: ReleaseItem = { ...releaseKey, entity: "release", schema: "1", fingerprint: "AAAAA" }
const head: FeedHeadItem = { ...feedHeadKey, entity: "feed-head", schema: "1", number: 7, generation: 2 }

describe("items that can be read", () => {
  it("a member, whatever else a later deployment adds", () => {
    expect(parseMember({ ...member, note: "new" }, "alice")).toEqual({
      ...{ subject: "alice", roles: ["editor"], permissions: ["GET:/a"] },
      ...{ disabled: false, deleted: false, version: 3 },
    })
  })

  it("a role, a release, the feed's head", () => {
    expect(parseRole(role, "editor")).toEqual({
      name: "editor",
      permissions: ["GET:/a"],
      deleted: false,
      version: 2,
    })
    expect(parseReleaseItem(release)).toBe("AAAAA")
    expect(parseFeedHead(head)).toEqual({ number: 7, generation: 2, importing: undefined })
  })
})

describe("items that cannot be read", () => {
  const rows = [
    { item: { ...member, schema: "2" }, says: "stored member `alice`: field `schema`: expected `1`" },
    { item: { ...member, schema: 1 }, says: "field `schema`: expected `1`" },
    { item: { ...member, schema: undefined }, says: "field `schema`: expected `1`" },
    { item: { ...member, entity: "role" }, says: "field `entity`: expected `member`" },
    { item: { ...member, subject: "bob" }, says: "field `subject`: expected `alice`, got `bob`" },
    { item: { ...member, roles: "editor" }, says: "field `roles`: expected array" },
    { item: { ...member, roles: new Set(["editor"]) }, says: "field `roles`: expected array" },
    { item: { ...member, roles: ["Editor"] }, says: "role `Editor`: expected a lower-case letter" },
    { item: { ...member, roles: [null] }, says: "field `roles.0`: expected string" },
    { item: { ...member, permissions: ["GET"] }, says: "permission `GET`" },
    { item: { ...member, permissions: undefined }, says: "field `permissions`: expected array" },
    { item: { ...member, disabled: "no" }, says: "field `disabled`: expected boolean" },
    { item: { ...member, deleted: undefined }, says: "field `deleted`: expected boolean" },
    { item: { ...member, version: 0 }, says: "field `version`: expected at least 1" },
    { item: { ...member, version: 1.5 }, says: "field `version`: expected int" },
    { item: { ...member, version: "3" }, says: "field `version`: expected number" },
    { item: { ...member, roles: Array.from({ length: 17 }, (_, n) => `r${n}`) }, says: "at most 16" },
    { item: "alice", says: "stored member `alice`: expected object" },
  ]
  it.each(rows)("a member: $says", ({ item, says }) => {
    expect(() => parseMember(item, "alice")).toThrow(
      expect.objectContaining({ code: "malformed_record", message: expect.stringContaining(says) }),
    )
  })

  it("a role of another schema, under another's key, or with a permission that is none", () => {
    const malformed = expect.objectContaining({ code: "malformed_record" })
    expect(() => parseRole({ ...role, schema: "2" }, "editor")).toThrow(malformed)
    expect(() => parseRole(role, "viewer")).toThrow(malformed)
    expect(() => parseRole({ ...role, name: "admin" }, "admin")).toThrow(malformed)
    expect(() => parseRole({ ...role, permissions: ["*"] }, "editor")).toThrow(malformed)
  })

  it("a release that is no fingerprint, a head that does not count", () => {
    const malformed = expect.objectContaining({ code: "malformed_record" })
    expect(() => parseReleaseItem({ ...release, fingerprint: "AAAA" })).toThrow(malformed)
    expect(() => parseReleaseItem({ ...release, schema: "2" })).toThrow(malformed)
    expect(() => parseFeedHead({ ...head, generation: -1 })).toThrow(malformed)
    expect(() => parseFeedHead({ ...head, number: undefined })).toThrow(malformed)
  })
})

describe("the DynamoDB store over such items", () => {
  let dynalite: Dynalite
  let table: string
  let store: PermissionStore
  beforeAll(async () => {
    dynalite = await startDynalite()
    table = await dynalite.createTable()
    store = createDynamoStore({ client: dynalite.client, table })
  })
  afterAll(() => dynalite.stop())

  const put = (item: object) => dynalite.client.send(new PutCommand({ TableName: table, Item: { ...item } }))
  const malformed = { code: "malformed_record" }

  it("reads well-formed ones, however they came there", async () => {
    for (const item of [member, role, release, head]) await put(item)
    const record = await store.load("alice")
    expect(record).toMatchObject({ generation: 2, release: "AAAAA", member: { version: 3 } })
    expect(record.roles).toMatchObject([{ version: 2 }])
  })

  it("refuses to read or to overwrite a member of another schema version", async () => {
    await put({ ...member, ...memberKey("new"), subject: "new", schema: "2" })
    await expect(store.load("new")).rejects.toMatchObject(malformed)
    const draft = { subject: "new", roles: [], permissions: [], disabled: false }
    await expect(store.putMember(draft, 0, by())).rejects.toMatchObject(malformed)
    await expect(store.load("new")).rejects.toMatchObject(malformed)
  })

  it("fails on a malformed role that is held, and does not mind one that was only expected", async () => {
    await put({ ...role, ...roleKey("broken"), name: "broken", permissions: "GET:/a" })
    await put({ ...member, ...memberKey("holder"), subject: "holder", roles: ["broken"] })
    for (const expected of [[], ["broken"]])
      await expect(store.load("holder", expected)).rejects.toMatchObject(malformed)
    await expect(store.load("alice", ["broken"])).resolves.toMatchObject({ member: { version: 3 } })
    await expect(store.readRole("broken")).rejects.toMatchObject(malformed)
  })

  it("leaves a feed's head of another schema version alone", async () => {
    await put({ ...head, schema: "2" })
    await expect(store.raiseGeneration(by())).rejects.toMatchObject(malformed)
    await expect(store.raiseGeneration(by(), 0)).rejects.toMatchObject(malformed)
    await expect(store.readGeneration()).rejects.toMatchObject(malformed)
    await expect(store.load("alice")).rejects.toMatchObject(malformed)
    await put(head)
    expect(await store.raiseGeneration(by())).toBe(3)
    expect((await store.load("alice")).generation).toBe(3)
  })
})
