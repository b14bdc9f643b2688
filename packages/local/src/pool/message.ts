import type { UserPool } from "./pool.ts"

/**
 * A mail that a real pool would have sent. A local pool
 * has no mail: read it here, or take it in `onMessage`.
 */
export interface Message {
  readonly kind: "SignUp" | "ForgotPassword" | "VerifyEmail" | "Invitation"
  readonly username: string
  readonly destination: string
  readonly code?: string
  /** Only in an invitation. */
  readonly temporaryPassword?: string
  readonly sentAt: number
}

/** How Cognito tells a caller where a message went. */
export interface CodeDelivery {
  readonly AttributeName: "email"
  readonly DeliveryMedium: "EMAIL"
  readonly Destination: string
}

const KEPT = 1_000

/** Puts a message into the outbox and hands it to whoever reads the mail. */
export function deliver(pool: UserPool, message: Omit<Message, "sentAt">): void {
  const sent = { ...message, sentAt: pool.deps.now() }
  pool.outbox.push(sent)
  if (pool.outbox.length > KEPT) pool.outbox.shift()
  try {
    pool.deps.onMessage?.(sent)
  } catch {
    // A mail that is lost on the way fails no request.
  }
}

/** Describes a delivery with the address masked, `j***@e***`. */
export function describeDelivery(email: string): CodeDelivery {
  const [local = "", domain = ""] = email.split("@")
  const Destination = `${local.charAt(0)}***@${domain.charAt(0)}***`
  return { AttributeName: "email", DeliveryMedium: "EMAIL", Destination }
}
