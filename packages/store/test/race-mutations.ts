/** The store as it would be without one thing. */
import { type Mutation, targetOf } from "./model-dynamo.ts"

export const mutations = {
  "the version condition": withoutCondition(/^(MEMBER|ROLE)#/),
  "the sequence condition": withoutCondition(/^FEED#HEAD$/),
  "the idempotency key": without(/^IDEMPOTENCY#/),
  "the idempotency key's condition": withoutCondition(/^IDEMPOTENCY#/),
  "the administrators' condition": withoutCondition(/^ADMINISTRATORS$/),
  "the audit": without(/^AUDIT#/),
  "the change": without(/^FEED#CHANGES$/),
  "the check that the import is running": (step) => (step.ConditionCheck ? undefined : step),
  /** Nothing of a transaction: races.test.ts lets the wait end at once. */
  "the wait at the import's end": (step) => step,
} satisfies Readonly<Record<string, Mutation>>

export type Missing = keyof typeof mutations

function withoutCondition(pk: RegExp): Mutation {
  return (step) => {
    const { Put, Update } = step
    if (!pk.test(String(targetOf(step).pk))) return step
    if (Put) return { Put: { ...Put, ConditionExpression: undefined } }
    return Update ? { Update: { ...Update, ConditionExpression: undefined } } : step
  }
}

function without(pk: RegExp): Mutation {
  return (step) => (pk.test(String(targetOf(step).pk)) ? undefined : step)
}
