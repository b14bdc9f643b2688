/** What a front door is, once it is declared. */
import type { DoorName } from "./doors.ts"

export interface FrontDoor {
  readonly name: DoorName
  readonly url: $util.Output<string>
  /** Without an authorizer where the gateway checks tokens itself. */
  readonly functions: { readonly authorizer?: sst.aws.Function; readonly backend: sst.aws.Function }
  /** What must be in place before tokens are minted for a new catalog release. */
  readonly parts: readonly $util.Input<$util.Resource>[]
}
