/**
 * A radix tree over literal texts, flat in typed arrays: branches that share a beginning share it here, too. A branch
 * has a label, at most one text that ends with it, and branches that go on. Siblings start with different characters.
 */

/** A branch's number. */
export type Branch = number

const none = -1

export interface RadixTree {
  /** Characters of all labels, one after the other; literals are ASCII. */
  readonly labels: Uint8Array
  used: number
  readonly labelStart: Int32Array
  readonly labelEnd: Int32Array
  readonly firstChar: Uint8Array
  readonly firstBranch: Int32Array
  readonly nextBranch: Int32Array
  /** What a text that ends with the branch stands for, or -1. */
  readonly value: Int32Array
  size: number
}

/** A tree with room for that many texts. */
export function emptyRadixTree(texts: number, characters: number): RadixTree {
  // A text adds a branch, and splits at most one other.
  const branches = () => new Int32Array(2 * texts).fill(none)
  return {
    labels: new Uint8Array(characters),
    used: 0,
    labelStart: branches(),
    labelEnd: branches(),
    firstChar: new Uint8Array(2 * texts),
    firstBranch: branches(),
    nextBranch: branches(),
    value: branches(),
    size: 0,
  }
}

const slash = 0x2f

/** The value of the text that starts at `start` of `path` and goes to the next `/` or the end, or -1. */
export function findLiteral(tree: RadixTree, first: Branch, path: string, start: number): number {
  const { labels, labelStart, labelEnd, firstChar, nextBranch } = tree
  const length = path.length
  let branch = first
  let i = start
  while (i < length) {
    const code = path.charCodeAt(i)
    while (branch !== none && firstChar[branch] !== code) branch = nextBranch[branch]!
    if (branch === none) return none
    const end = labelEnd[branch]!
    i++
    for (let k = labelStart[branch]! + 1; k < end; k++, i++)
      if (i >= length || path.charCodeAt(i) !== labels[k]) return none
    if (i === length || path.charCodeAt(i) === slash) return tree.value[branch]!
    branch = tree.firstBranch[branch]!
  }
  return none
}

/** Puts a text into the tree below `first`, which may be -1; returns the first branch from then on. */
export function insertLiteral(tree: RadixTree, first: Branch, text: string, value: number): Branch {
  let siblings = first
  let parent = none
  let i = 0
  for (;;) {
    let branch = siblings
    while (branch !== none && tree.firstChar[branch] !== text.charCodeAt(i)) branch = tree.nextBranch[branch]!
    if (branch === none) {
      const added = addBranch(tree, text, i, siblings, value)
      if (parent === none) return added
      tree.firstBranch[parent] = added
      return first
    }
    const shared = sharedLength(tree, branch, text, i)
    if (tree.labelStart[branch]! + shared < tree.labelEnd[branch]!) splitBranch(tree, branch, shared)
    i += shared
    if (i === text.length) {
      tree.value[branch] = value
      return first
    }
    parent = branch
    siblings = tree.firstBranch[branch]!
  }
}

function addBranch(tree: RadixTree, text: string, from: number, next: Branch, value: number): Branch {
  const branch = tree.size++
  tree.labelStart[branch] = tree.used
  for (let i = from; i < text.length; i++) tree.labels[tree.used++] = text.charCodeAt(i)
  tree.labelEnd[branch] = tree.used
  tree.firstChar[branch] = text.charCodeAt(from)
  tree.nextBranch[branch] = next
  tree.value[branch] = value
  return branch
}

function sharedLength(tree: RadixTree, branch: Branch, text: string, from: number): number {
  const [start, end] = [tree.labelStart[branch]!, tree.labelEnd[branch]!]
  let shared = 1
  while (
    start + shared < end &&
    from + shared < text.length &&
    tree.labels[start + shared] === text.charCodeAt(from + shared)
  )
    shared++
  return shared
}

/** Cuts a branch's label: the rest of it becomes a branch of its own below. */
function splitBranch(tree: RadixTree, branch: Branch, length: number): void {
  const rest = tree.size++
  const cut = tree.labelStart[branch]! + length
  tree.labelStart[rest] = cut
  tree.labelEnd[rest] = tree.labelEnd[branch]!
  tree.firstChar[rest] = tree.labels[cut]!
  tree.firstBranch[rest] = tree.firstBranch[branch]!
  tree.value[rest] = tree.value[branch]!
  tree.labelEnd[branch] = cut
  tree.firstBranch[branch] = rest
  tree.value[branch] = none
}
