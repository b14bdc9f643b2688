/** Writing to Redis in one step: look at what is kept, and replace it only by something newer. */
import { createHash } from "node:crypto"
import type { Redis } from "ioredis"
import { supersedeLua } from "./supersede.ts"

/**
 * KEYS: the subject's key. ARGV: when the read was sent, its epoch, the value (`formatValue`), milliseconds to live.
 * What cannot be read as a value gives way, and so does one from the future: Redis' clock was set back since.
 */
const script = `${supersedeLua}
local time = redis.call('TIME')
local now = string.format('%d', time[1] * 1000 + math.ceil(time[2] / 1000))
local present = redis.pcall('GETRANGE', KEYS[1], 0, 511)
if type(present) == 'string' then
  local kept, sent, epoch = string.match(present, '^(%d+) (%d+) ([%d.]+) ')
  if kept and tonumber(kept) <= tonumber(now)
    and not supersedes(tonumber(ARGV[1]), ARGV[2], tonumber(kept), tonumber(sent), epoch) then return 0 end
end
redis.call('SET', KEYS[1], now .. ' ' .. ARGV[3], 'PX', ARGV[4])
return 1
`
const digest = createHash("sha1").update(script).digest("hex")

export interface Keep {
  readonly key: string
  readonly sent: number
  readonly epoch: string
  readonly value: string
  /** Milliseconds until Redis forgets it. */
  readonly lifetime: number
}

/** Tells a new connection's Redis the script, so that writes are short. Never rejects: a write can bring it along. */
export async function prepareToKeep(redis: Redis): Promise<void> {
  await redis.script("LOAD", script).catch(() => {})
}

/** Keeps a value unless what is there is newer. Rejects with what Redis says against it. */
export async function keepNewest(redis: Redis, { key, sent, epoch, value, lifetime }: Keep): Promise<void> {
  const args = [1, key, Math.floor(sent), epoch, value, lifetime] as const
  try {
    await redis.evalsha(digest, ...args)
  } catch (fault) {
    if (!(fault instanceof Error && fault.message.startsWith("NOSCRIPT"))) throw fault
    await redis.eval(script, ...args)
  }
}
