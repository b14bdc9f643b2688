/** Members: who holds what, and changes of it. */
import { ClaimgateError, catalogAt, condense, encodeClaim, expand, quote } from "@claimgate/core"
import { evaluate, type Member, type SubjectRecord } from "@claimgate/store"
import * as z from "zod"
import { json } from "../../body.ts"
import type { Caller } from "../../caller.ts"
import { type Call, endpoint, nothing } from "../../endpoint.ts"
import type { HandlersOf } from "../deps.ts"
import { line, pageQuery } from "../fields.ts"
import { askingOf } from "./asking.ts"
import { answered, decodePlace } from "./cursor.ts"
import type { AdminDeps } from "./deps.ts"
import { answerTo } from "./outcome.ts"

const roleName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "expected the name of a role")

const grants = z
  .strictObject({
    roles: z.array(roleName).max(16).default([]),
    permissions: z.array(line(256)).max(1000).default([]),
    version: z.int().min(0).exactOptional(),
  })
  .refine(
    ({ roles, permissions }) => roles.length + permissions.length > 0,
    "expected a role or a permission",
  )

/** Makes the handlers of members. */
export function createMemberHandlers({
  administration,
  store,
  catalog,
  form,
  signOut,
}: AdminDeps): HandlersOf<
  | "listMembers"
  | "getMember"
  | "grantToMember"
  | "revokeFromMember"
  | "disableMember"
  | "enableMember"
  | "deleteMember"
  | "signOutMember"
> {
  /** What a subject's permissions come to, and how much of a token they take. */
  const effective = (record: SubjectRecord) => {
    const release = (record.release === undefined ? undefined : catalogAt(catalog, record.release)) ?? catalog
    const routes = expand(release, evaluate(record).permissions)
    return {
      effective: condense(release, routes),
      claim: { length: encodeClaim(release, routes, form).length },
    }
  }

  const change = (how: "grant" | "revoke") =>
    endpoint(
      { ...nothing, body: json(grants) },
      async (call: Call<Named, Caller, z.infer<typeof grants>, object>) => {
        const asking = await askingOf(call)
        const attempt = () => administration[how](call.params.subject, call.body, asking)
        return answerTo(attempt, (member) => call.c.json(shown(member)))
      },
    )

  const act = (how: "disable" | "enable") =>
    endpoint(nothing, async (call: Call<Named, Caller, undefined, object>) => {
      const asking = await askingOf(call)
      const attempt = () => administration[how](call.params.subject, asking)
      return answerTo(attempt, (member) => call.c.json(shown(member)))
    })

  return {
    listMembers: endpoint({ ...nothing, query: pageQuery }, async ({ query: { limit, cursor }, c }) =>
      c.json(answered(await store.listMembers({ limit, after: decodePlace(cursor) }), shown)),
    ),

    getMember: endpoint(nothing, async ({ params, c }) => {
      const record = await store.load(params.subject)
      if (record.member === undefined || record.member.deleted)
        throw new ClaimgateError("not_found", `member ${quote(params.subject)}: there is none`)
      return c.json({ ...shown(record.member), ...effective(record) })
    }),

    grantToMember: change("grant"),
    revokeFromMember: change("revoke"),
    disableMember: act("disable"),
    enableMember: act("enable"),

    deleteMember: endpoint(nothing, async ({ params, c, ...call }) => {
      const asking = await askingOf({ c, ...call })
      return answerTo(
        () => administration.deleteMember(params.subject, asking),
        () => c.body(null, 204),
      )
    }),

    signOutMember: endpoint(nothing, async ({ params, c, ...call }) => {
      const asking = await askingOf({ c, ...call })
      return answerTo(
        // Its tokens first: should the pool fail, they are rechecked all the same.
        () => administration.renew(params.subject, asking),
        async () => {
          await endSessions(params.subject, signOut)
          return c.body(null, 204)
        },
      )
    }),
  }
}

type Named = { readonly subject: string }

/** A machine client has no session to end. */
async function endSessions(subject: string, signOut: AdminDeps["signOut"]): Promise<void> {
  if (subject.startsWith("client:")) return
  if (signOut !== undefined) return signOut(subject)
  throw new ClaimgateError(
    "dependency_failed",
    "sign-out: expected a user pool that this function is linked to",
  )
}

function shown({ subject, roles, permissions, disabled, version }: Member) {
  return { subject, roles, permissions, disabled, version }
}
