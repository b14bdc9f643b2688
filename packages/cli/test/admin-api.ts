/** The admin API as its contract has it, as a `fetch`: over a store in memory, without a gateway in front. */

import { explain } from "@claimgate/admin"
import { catalog, routes } from "@claimgate/catalog"
import { ClaimgateError, type ErrorCode } from "@claimgate/core"
import { importMembers, newAttribution, type PermissionStore } from "@claimgate/store"
import type { AdminDoor } from "../src/door.ts"
import { createDirectDoor } from "../src/door-direct.ts"

export interface Sent {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: unknown
}

const statusOf: Partial<Record<ErrorCode, number>> = {
  malformed_input: 400,
  malformed_name: 400,
  malformed_permission: 400,
  uncovered_permission: 400,
  claim_too_large: 400,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
}

/** A `fetch` that answers from the store, and remembers what it was sent. */
export function createFakeAdminApi(store: PermissionStore) {
  const sent: Sent[] = []
  const door = createDirectDoor({
    store,
    identity: "ann",
    catalog,
    form: "packed",
    now: Date.now,
    endSessions: async () => undefined,
    explain: async (subject, method, path) => {
      const record = await store.load(subject)
      return { value: explain({ catalog, routes, record, method, path, now: Date.now() }), lines: [] }
    },
  })
  const answering: typeof fetch = async (input, init = {}) => {
    const url = new URL(String(input))
    const request = {
      method: init.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: new Headers(init.headers),
      body: bodyOf(init),
    }
    sent.push(request)
    try {
      const value =
        request.path === "/api/admin/import"
          ? await answerImport(store, request)
          : await answer(door, request)
      return value === undefined ? new Response(null, { status: 204 }) : Response.json(value)
    } catch (fault) {
      if (!(fault instanceof ClaimgateError)) throw fault
      return problem(fault)
    }
  }
  return { sent, fetch: answering }
}

/** JSON is read, other text stays as it is. */
function bodyOf({ body, headers }: RequestInit): unknown {
  if (typeof body !== "string") return undefined
  return new Headers(headers).get("content-type") === "application/json" ? JSON.parse(body) : body
}

/** As the backend has it: lines count from 1 in each request. */
function answerImport(store: PermissionStore, { method, query, headers, body }: Sent) {
  const isTaken = method === "POST" && headers.get("content-type") === "application/jsonl"
  if (!isTaken || typeof body !== "string" || Buffer.byteLength(body) > 256 * 1024)
    throw new ClaimgateError("malformed_input", "expected JSON Lines of at most 256 KB")
  const idempotencyKey = headers.get("idempotency-key") ?? ""
  const by = { ...newAttribution("ann", "admin-api"), idempotencyKey }
  return importMembers(store, body.split("\n"), by, { catalog, goesOn: query.get("more") === "true" })
}

function problem(fault: ClaimgateError): Response {
  const status = statusOf[fault.code] ?? 503
  const version = /current version is (\d+)/.exec(fault.message)?.[1]
  const extra = version === undefined ? {} : { version: Number(version) }
  return Response.json({ status, code: fault.code, detail: fault.message, ...extra }, { status })
}

async function answer(door: AdminDoor, { method, path, query, body }: Sent): Promise<unknown> {
  const [, , , area, name, action] = path.split("/").map(decodeURIComponent)
  const cursor = query.get("cursor") ?? undefined
  // What the command line sends is what is tested: the fields are read as they come.
  const { permissions, version } = (body ?? {}) as { permissions: string[]; version: number }
  switch (`${method} ${area}${name === undefined ? "" : "/x"}${action === undefined ? "" : `/${action}`}`) {
    case "GET members":
      return door.listMembers(cursor)
    case "GET members/x":
      return door.readMember(name ?? "")
    case "POST members/x/grant":
      return door.grant(name ?? "", body as never)
    case "POST members/x/revoke":
      return door.revoke(name ?? "", body as never)
    case "POST members/x/disable":
      return door.disable(name ?? "")
    case "POST members/x/enable":
      return door.enable(name ?? "")
    case "DELETE members/x":
      return door.deleteMember(name ?? "")
    case "POST members/x/sign-out":
      return door.signOut(name ?? "")
    case "GET roles":
      return door.listRoles(cursor)
    case "GET roles/x":
      return door.readRole(name ?? "")
    case "PUT roles/x":
      return door.putRole(name ?? "", permissions, version)
    case "DELETE roles/x":
      return door.deleteRole(name ?? "", Number(query.get("version")))
    case "GET audit":
      return door.listAudit(Object.fromEntries(query), Number(query.get("limit")), cursor)
    case "GET explain":
      return (
        await door.explain(query.get("subject") ?? "", query.get("method") ?? "", query.get("path") ?? "")
      ).value
    default:
      throw new ClaimgateError("not_found", "no such route")
  }
}
