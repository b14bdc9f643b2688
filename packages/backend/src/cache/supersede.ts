/**
 * Which of two reads of a subject is newer. A read that began when another one had ended is newer, whatever it says:
 * the store's reads are consistent. Of two that overlapped, either may have seen more; their epochs tell.
 */

/** A read as far as its order matters; times in milliseconds by one clock that both reads share. */
export interface Read {
  /** When it was sent, or earlier. */
  readonly sent: number
  /** `Holdings.epoch`. */
  readonly epoch: string
}

export interface KeptRead extends Read {
  /** When it was put into the cache: it had ended by then. */
  readonly kept: number
}

/** Whether `incoming` takes the place of what is kept. `supersedeLua` says the same to Redis. */
export function supersedes(incoming: Read, present: KeptRead): boolean {
  if (incoming.sent > present.kept) return true
  const order = compareEpochs(incoming.epoch, present.epoch)
  return order === 0 ? incoming.sent > present.sent : order > 0
}

/**
 * Positive where `a` is newer, negative where `b` is; 0 where they are the same, or where each is newer in one part:
 * then only the time of sending is left to tell.
 */
export function compareEpochs(a: string, b: string): number {
  const left = a.split(".").map(Number)
  const right = b.split(".").map(Number)
  const upTo = sameRoles(left, right) ? left.length : unalignedParts
  const differences = Array.from({ length: upTo }, (_, part) => (left[part] ?? 0) - (right[part] ?? 0))
  return Number(differences.some((by) => by > 0)) - Number(differences.some((by) => by < 0))
}

/** Generation and subject: the roles' versions behind them stand for the same roles only while the subject's is the same. */
const unalignedParts = 2

function sameRoles(left: readonly number[], right: readonly number[]): boolean {
  return left[1] === right[1] && left.length === right.length
}

/** `supersedes(sent, epoch, kept, presentSent, presentEpoch)` in Lua, for a script that decides and writes in one step. */
export const supersedeLua = `
local function versions(epoch)
  local list = {}
  for version in string.gmatch(epoch, '%d+') do list[#list + 1] = tonumber(version) end
  return list
end
local function compareEpochs(a, b)
  local left, right = versions(a), versions(b)
  local upTo = ${unalignedParts}
  if left[2] == right[2] and #left == #right then upTo = #left end
  local newer, older = 0, 0
  for index = 1, upTo do
    local by = (left[index] or 0) - (right[index] or 0)
    if by > 0 then newer = 1 elseif by < 0 then older = 1 end
  end
  return newer - older
end
local function supersedes(sent, epoch, kept, presentSent, presentEpoch)
  if sent > kept then return true end
  local order = compareEpochs(epoch, presentEpoch)
  if order == 0 then return sent > presentSent end
  return order > 0
end
`
