/** Who wants to change something, and what it holds itself. */
import type { Holdings, RoleName } from "@claimgate/store"

export interface Actor {
  /** A subject, or an AWS identity: what the audit calls it. */
  readonly name: string
  readonly roles: readonly RoleName[]
  /** Of roles and own grants together, `!` among them. */
  readonly permissions: readonly string[]
  /** Holds `admin`, or holds the stage's own AWS credentials. */
  readonly isAdministrator: boolean
}

/** The actor that a subject is, by what it holds at the moment. */
export function actorOf(subject: string, { roles, permissions }: Holdings): Actor {
  return { name: subject, roles, permissions, isAdministrator: roles.includes("admin") }
}

/** Whoever holds the stage's AWS credentials: nobody's grants are its own. */
export function operatorOf(identity: string): Actor {
  return { name: identity, roles: [], permissions: [], isAdministrator: true }
}
