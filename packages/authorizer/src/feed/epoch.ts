/** The epoch of a token: the versions that its minter read, `<generation>.<member>.<role>.<role>…`. */

export interface Epoch {
  readonly generation: number
  readonly member: number
  /** Names and versions, in the order of `custom:role`. */
  readonly roles: readonly (readonly [name: string, version: number])[]
}

const epochShape = /^(0|[1-9]\d{0,14})(\.(0|[1-9]\d{0,14}))+$/

/** Reads `custom:epoch` by `custom:role`; undefined where either is missing or malformed, or they do not match. */
export function parseEpoch(role: string | undefined, epoch: string | undefined): Epoch | undefined {
  if (role === undefined || epoch === undefined || !epochShape.test(epoch)) return undefined
  // The shape has two numbers at least.
  const [generation = 0, member = 0, ...versions] = epoch.split(".").map(Number)
  const names = role === "guest" ? [] : role.split(",")
  if (names.length !== versions.length || names.includes("")) return undefined
  return { generation, member, roles: names.map((name, at) => [name, versions[at] ?? 0]) }
}
