/** The newest versions by name, of those that changed last; bounded, and the longest unchanged make room. */

export interface Versions {
  /** Notes a version and a moment by which it was there. False where one at least as new is known. */
  raise(name: string, version: number, at: number): boolean
  /** The newest known version; 0 where none is. */
  of(name: string): number
  /** Makes room. Answers the moment by which all that was forgotten had happened; undefined where nothing was. */
  trim(): number | undefined
}

/** Makes an empty one that remembers `most` names after each `trim`. */
export function createVersions(most: number): Versions {
  // In order of their last change: a Map keeps the order in which names were added.
  const known = new Map<string, { readonly version: number; readonly at: number }>()
  return {
    raise(name, version, at) {
      if ((known.get(name)?.version ?? 0) >= version) return false
      known.delete(name)
      known.set(name, { version, at })
      return true
    },
    of: (name) => known.get(name)?.version ?? 0,
    trim() {
      if (known.size <= most) return undefined
      let until = 0
      for (const [name, { at }] of known) {
        // The first that is kept counts, too: it came later than the one before it, whatever that one's clock said.
        until = Math.max(until, at)
        if (known.size === most) break
        known.delete(name)
      }
      return until
    },
  }
}
