/** Members and roles behind the PermissionStore port, in DynamoDB or in memory. */
export { parseMemberDraft, parseRoleDraft } from "./draft.ts"
export { createDynamoClient } from "./dynamo-client.ts"
export { createDynamoStore, type DynamoStoreOptions } from "./dynamo-store.ts"
export { builtInRoles, evaluate, type Holdings } from "./evaluate.ts"
export { type ImportOptions, type ImportReport, importMembers, type RefusedLine } from "./import.ts"
export { createMemoryStore } from "./memory-store.ts"
export {
  isRoleName,
  maxPermissionLength,
  maxPermissions,
  maxRoles,
  parsePermissions,
  parseRoleName,
  parseRoleNames,
  parseSubject,
} from "./names.ts"
export type {
  Member,
  MemberDraft,
  PermissionStore,
  Role,
  RoleDraft,
  RoleName,
  SubjectId,
  SubjectRecord,
} from "./port.ts"
export { type ParsedLine, parseSimpleTable, type SimpleLine } from "./simple-table.ts"
export { createTableInput, parseTableName, tableDefinition } from "./table.ts"
