/** Who is there on a fresh local stack: roles, people with passwords, and a machine. */
import { permissions } from "@claimgate/catalog"
import type { RoleDraft } from "@claimgate/store"

export interface Person {
  readonly email: string
  readonly name: string
  /** For this machine only; the user pool listens on loopback. */
  readonly password: string
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
  /** For the list of subjects: what this one is there to show. */
  readonly shows: string
}

export const roles: readonly RoleDraft[] = [
  { name: "reader", permissions: permissions("GET:/api/**", "!GET:/api/admin/**", "!GET:/api/users/export") },
  { name: "editor", permissions: permissions("*:/api/reports", "*:/api/reports/**") },
  {
    name: "operator",
    permissions: permissions("GET:/api/devices", "*:/api/devices/**", "POST:/api/devices"),
  },
]

export const people: readonly Person[] = [
  {
    email: "ann@example.com",
    name: "Ann",
    password: "Local-ann-1",
    roles: ["admin"],
    permissions: [],
    shows: "administrator: every route",
  },
  {
    email: "ben@example.com",
    name: "Ben",
    password: "Local-ben-1",
    roles: ["reader"],
    permissions: [],
    shows: "reads everything but the export of users",
  },
  {
    email: "cleo@example.com",
    name: "Cleo",
    password: "Local-cleo-1",
    roles: ["editor", "reader"],
    permissions: permissions("!DELETE:/api/reports/{id}", "PATCH:/api/users/{id}"),
    shows: "two roles, one route taken away, one added",
  },
  {
    email: "dan@example.com",
    name: "Dan",
    password: "Local-dan-1",
    roles: [],
    permissions: [],
    shows: "signed in, holds nothing",
  },
]

/** A machine client and what it may do; its secret is made with the pool. */
export const machine = {
  id: "localnightlyreportsjob0001",
  name: "nightly-reports",
  scope: "api/use",
  permissions: permissions("GET:/api/reports", "POST:/api/reports"),
} as const
