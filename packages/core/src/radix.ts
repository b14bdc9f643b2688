/**
 * A radix tree over literal texts, flat in typed arrays: branches that share a beginning share it here, too. A branch
 * has a label, at most one text that ends with it, and branches that go on. Siblings start with different characters.
 */

/** A branch's number. */
export type Branch = number

const none = -1

export interface RadixTree {
  /** All labels, one after the other. */
  readonly labels: string
  readonly labelStart: Int32Array
  readonly labelEnd: Int32Array
  readonly firstChar: Uint8Array
  readonly firstBranch: Int32Array
  readonly nextBranch: Int32Array
  /** What a text that ends with the branch stands for, or -1. */
  readonly value: Int32Array
}

/** A tree in the making: lists that grow. Texts are cut, not walked through, because it is made at a cold start. */
export interface RadixDraft {
  readonly label: string[]
  readonly firstChar: number[]
  readonly firstBranch: Branch[]
  readonly nextBranch: Branch[]
  readonly value: number[]
}

export function emptyRadixTree(): RadixDraft {
  return { label: [], firstChar: [], firstBranch: [], nextBranch: [], value: [] }
}

/** Packs a tree into typed arrays. */
export function finishRadixTree({ label, ...draft }: RadixDraft): RadixTree {
  const labelStart = new Int32Array(label.length)
  const labelEnd = new Int32Array(label.length)
  let end = 0
  for (let branch = 0; branch < label.length; branch++) {
    labelStart[branch] = end
    labelEnd[branch] = end += label[branch]!.length
  }
  return {
    labels: label.join(""),
    labelStart,
    labelEnd,
    firstChar: new Uint8Array(draft.firstChar),
    firstBranch: new Int32Array(draft.firstBranch),
    nextBranch: new Int32Array(draft.nextBranch),
    value: new Int32Array(draft.value),
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
      if (i >= length || path.charCodeAt(i) !== labels.charCodeAt(k)) return none
    if (i === length || path.charCodeAt(i) === slash) return tree.value[branch]!
    branch = tree.firstBranch[branch]!
  }
  return none
}

/** Puts a text into the tree below `first`, which may be -1; returns the first branch from then on. */
export function insertLiteral(tree: RadixDraft, first: Branch, text: string, value: number): Branch {
  const branch = startingAlike(tree, first, text)
  if (branch === none) return pushBranch(tree, text, none, first, value)
  const shared = sharedLength(tree.label[branch]!, text)
  if (shared < tree.label[branch]!.length) splitBranch(tree, branch, shared)
  if (shared === text.length) tree.value[branch] = value
  else tree.firstBranch[branch] = insertLiteral(tree, tree.firstBranch[branch]!, text.slice(shared), value)
  return first
}

function startingAlike(tree: RadixDraft, first: Branch, text: string): Branch {
  const code = text.charCodeAt(0)
  let branch = first
  while (branch !== none && tree.firstChar[branch] !== code) branch = tree.nextBranch[branch]!
  return branch
}

function pushBranch(
  tree: RadixDraft,
  label: string,
  firstBranch: Branch,
  nextBranch: Branch,
  value: number,
): Branch {
  tree.label.push(label)
  tree.firstChar.push(label.charCodeAt(0))
  tree.firstBranch.push(firstBranch)
  tree.nextBranch.push(nextBranch)
  return tree.value.push(value) - 1
}

/** At least 1: the first characters are the same. */
function sharedLength(label: string, text: string): number {
  if (text.startsWith(label)) return label.length
  let shared = 1
  while (label.charCodeAt(shared) === text.charCodeAt(shared)) shared++
  return shared
}

/** Cuts a branch's label: the rest of it becomes a branch of its own below. */
function splitBranch(tree: RadixDraft, branch: Branch, length: number): void {
  const label = tree.label[branch]!
  tree.firstBranch[branch] = pushBranch(
    tree,
    label.slice(length),
    tree.firstBranch[branch]!,
    none,
    tree.value[branch]!,
  )
  tree.label[branch] = label.slice(0, length)
  tree.value[branch] = none
}
