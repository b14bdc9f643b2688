import { ClaimgateError } from "@claimgate/core"

/** `conflict`: the record has another version than the one that the caller has seen. */
export class VersionConflict extends ClaimgateError {
  /** The current one; 0 where there is none. */
  readonly version: number

  constructor(label: string, version: number, expected: number) {
    super("conflict", `${label}: current version is ${version}, expected ${expected}`)
    this.version = version
  }
}
