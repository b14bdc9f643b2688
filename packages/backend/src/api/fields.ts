/** Fields that the API's bodies and queries share. All have a bound; none takes what could break a line or a terminal. */
import * as z from "zod"

/** One line of text. */
export function line(longest: number) {
  return z
    .string()
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u, "expected one line of text without control characters")
    .regex(/\S/, "expected more than spaces")
}

/** Text of several lines. */
export function paragraphs(longest: number) {
  return z
    .string()
    .max(longest)
    .regex(/^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u, "expected text without control characters")
}

/** The version that a write is over; without it, over whichever is there. */
export const version = z.int().min(1).exactOptional()

/** How many items a page may have, as a query says it. */
export function limit(most: number, usual: number) {
  return z
    .string()
    .regex(/^[1-9]\d{0,5}$/, `expected a number from 1 to ${most}`)
    .transform(Number)
    .refine((count) => count <= most, `expected a number from 1 to ${most}`)
    .default(usual)
}

export const cursor = z.string().max(1024).exactOptional()

/** The query of every list: `limit` from 1 to 100, 20 if absent, and the `cursor` that the page before gave. */
export const pageQuery = z.strictObject({ limit: limit(100, 20), cursor })

/** A moment, in ISO 8601, UTC. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
