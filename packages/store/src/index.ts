export { builtInRoles, evaluate, type Holdings } from "./evaluate.ts"
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
