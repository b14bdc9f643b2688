import type { DynamoStoreOptions } from "@claimgate/store"

/** Where the sample data is kept: the table that holds the permissions too, under keys of its own. */
export type Table = Pick<DynamoStoreOptions, "client" | "table">

/** ElectroDB's name for all entities of the sample API. */
export const service = "sample-api"

/** Attribute types that entities share. */
export const text = { type: "string", required: true } as const
export const fixedText = { type: "string", required: true, readOnly: true } as const
export const count = { type: "number", required: true } as const

/** Where an attribute goes in a key's template. */
export function slot(attribute: string): string {
  return `\${${attribute}}`
}
