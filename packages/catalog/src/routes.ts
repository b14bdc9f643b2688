/**
 * The API's route table: the one place where a route is declared. Gateway, catalog, permissions and handlers all
 * follow from it. After a change run `npm run catalog`.
 */
import { type Covering, defineRoutes, type PermissionOf } from "@claimgate/core"

export const routes = defineRoutes({
  listUsers: "GET /api/users",
  createUser: { route: "POST /api/users", freshness: "now" },
  exportUsers: "GET /api/users/export",
  getUser: "GET /api/users/{id}",
  updateUser: "PATCH /api/users/{id}",
  deleteUser: { route: "DELETE /api/users/{id}", freshness: "now" },
  listUserReports: "GET /api/users/{id}/reports",
  listUserDevices: "GET /api/users/{id}/devices",

  listReports: "GET /api/reports",
  createReport: "POST /api/reports",
  getReport: { route: "GET /api/reports/{id}", freshness: { within: 30 } },
  updateReport: "PUT /api/reports/{id}",
  deleteReport: { route: "DELETE /api/reports/{id}", freshness: "now" },
  publishReport: { route: "POST /api/reports/{id}/publish", freshness: "now" },
  listComments: "GET /api/reports/{id}/comments",
  addComment: "POST /api/reports/{id}/comments",

  listDevices: "GET /api/devices",
  registerDevice: "POST /api/devices",
  getDevice: "GET /api/devices/{id}",
  removeDevice: { route: "DELETE /api/devices/{id}", freshness: "now" },
  sendCommand: { route: "POST /api/devices/{id}/commands", freshness: "now" },
  getCommand: "GET /api/devices/{id}/commands/{command}",
  readDeviceFile: "GET /api/devices/{id}/files/{path+}",
  writeDeviceFile: "PUT /api/devices/{id}/files/{path+}",

  whoAmI: { route: "GET /api/me", access: "signed-in" },
  health: { route: "GET /health", access: "public" },
  openApi: { route: "GET /openapi.json", access: "public" },

  listMembers: { route: "GET /api/admin/members", freshness: "now" },
  getMember: { route: "GET /api/admin/members/{subject}", freshness: "now" },
  deleteMember: { route: "DELETE /api/admin/members/{subject}", freshness: "now" },
  grantToMember: { route: "POST /api/admin/members/{subject}/grant", freshness: "now" },
  revokeFromMember: { route: "POST /api/admin/members/{subject}/revoke", freshness: "now" },
  disableMember: { route: "POST /api/admin/members/{subject}/disable", freshness: "now" },
  enableMember: { route: "POST /api/admin/members/{subject}/enable", freshness: "now" },
  signOutMember: { route: "POST /api/admin/members/{subject}/sign-out", freshness: "now" },
  listRoles: { route: "GET /api/admin/roles", freshness: "now" },
  getRole: { route: "GET /api/admin/roles/{role}", freshness: "now" },
  putRole: { route: "PUT /api/admin/roles/{role}", freshness: "now" },
  deleteRole: { route: "DELETE /api/admin/roles/{role}", freshness: "now" },
  explainDecision: { route: "GET /api/admin/explain", freshness: "now" },
  listAudit: { route: "GET /api/admin/audit", freshness: "now" },
  importMembers: { route: "POST /api/admin/import", freshness: "now" },
})

/** Every permission that names exactly one route of the table. */
export type Permission = PermissionOf<typeof routes>

/** Lists permissions, wildcards among them; one that covers no route of the table does not compile. */
export function permissions<const Texts extends readonly string[]>(
  ...texts: { [Index in keyof Texts]: Covering<Texts[Index], Permission> }
): readonly string[] {
  return texts
}
