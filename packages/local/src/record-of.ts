/** A record with one entry per name. */
export function recordOf<Name extends string, T>(
  names: readonly Name[],
  of: (name: Name, at: number) => T,
): Readonly<Record<Name, T>> {
  // One entry per name, and no other.
  return Object.fromEntries(names.map((name, at) => [name, of(name, at)])) as Record<Name, T>
}
