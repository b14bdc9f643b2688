/** One question to DynamoDB, through ElectroDB: every fault under one code, a failed condition as an answer. */
import { ClaimgateError } from "@claimgate/core"
import { ElectroError } from "electrodb"

/** Waits for the answer. Throws `dependency_failed`, naming what was asked for, when there is none. */
export async function ask<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (fault) {
    throw asFault(what, fault)
  }
}

/** The same for a write with a condition: undefined where the condition does not hold. */
export async function askIf<T>(what: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (fault) {
    if (causeOf(fault)?.name === "ConditionalCheckFailedException") return undefined
    throw asFault(what, fault)
  }
}

const fromAws: readonly number[] = [4001, 4002]

/** What ElectroDB finds wrong by itself is a mistake of ours, and stays what it is. */
function asFault(what: string, fault: unknown): unknown {
  if (!(fault instanceof ElectroError) || !fromAws.includes(fault.code)) return fault
  const name = causeOf(fault)?.name ?? "no reason given"
  return new ClaimgateError("dependency_failed", `DynamoDB: ${what}: ${name}`, { cause: fault })
}

function causeOf(fault: unknown): Error | undefined {
  return fault instanceof Error && fault.cause instanceof Error ? fault.cause : undefined
}
