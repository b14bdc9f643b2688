/** Members and roles behind the PermissionStore port, in DynamoDB or in memory. */
export { newAttribution } from "./attribution.ts"
export { parseMemberDraft, parseRoleDraft } from "./draft.ts"
export { createDynamoClient } from "./dynamo-client.ts"
export { createDynamoStore, type DynamoStoreOptions } from "./dynamo-store.ts"
export { builtInRoles, evaluate, type Holdings } from "./evaluate.ts"
export { type ImportOptions, type ImportReport, importMembers, type RefusedLine } from "./import.ts"
export { defaultChangeLifetime } from "./judge.ts"
export { createMemoryStore, type MemoryStoreOptions } from "./memory-store.ts"
export {
  isRoleName,
  maxPermissionLength,
  maxPermissions,
  maxPermissionsLength,
  maxRoles,
  parsePermissions,
  parseRoleName,
  parseRoleNames,
  parseSubject,
} from "./names.ts"
export type {
  Attribution,
  AuditQuery,
  AuditRecord,
  Change,
  Door,
  Generation,
  Imported,
  Member,
  MemberDraft,
  Page,
  PageRequest,
  PermissionStore,
  Refusal,
  Role,
  RoleDraft,
  RoleName,
  SubjectId,
  SubjectRecord,
} from "./port.ts"
export { type ParsedLine, parseSimpleTable, type SimpleLine } from "./simple-table.ts"
export { createTableInput, parseTableName, tableDefinition } from "./table.ts"
