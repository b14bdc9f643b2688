/** One run of a command: its flags, and what it may work with, each made when it is asked for. */

import type { AdminApi } from "./api.ts"
import type { Direct } from "./direct.ts"
import type { AdminDoor } from "./door.ts"
import { createOutput, type Output } from "./output.ts"
import type { Setting } from "./setting.ts"
import type { Target } from "./target.ts"

/** Flags that every command takes. */
export interface GlobalFlags {
  readonly stage?: string
  readonly as?: string
  readonly json?: boolean
  readonly yes?: boolean
  readonly breakGlass?: boolean
}

export interface Invocation {
  readonly output: Output
  readonly setting: Setting
  readonly breakGlass: boolean
  /** The stage that was named; printed when it is first asked for. */
  target(): Promise<Target>
  /** The stage's administration: its admin API, or its table with `--break-glass`. */
  door(): Promise<AdminDoor>
  /** The stage's admin API, for whoever asks. */
  api(): Promise<AdminApi>
  /** The stage's table. */
  direct(): Promise<Direct>
  /** The subject that is meant: an e-mail address is looked up in the user pool. */
  subject(text: string): Promise<string>
  /** Asks whether to go on. Throws where the answer is not yes. */
  agree(question: string): Promise<void>
}

/** Makes what one command works with. Parts are imported when they are asked for, so that a start costs little. */
export function createInvocation(flags: GlobalFlags, setting: Setting): Invocation {
  const output = createOutput(setting.streams, { json: flags.json === true })
  const target = once(async () => {
    const { findTarget } = await import("./target.ts")
    const found = await findTarget(flags.stage, setting)
    output.say(`stage ${found.stage}, region ${found.region}, table ${found.table}`)
    return found
  })
  const direct = once(async () => {
    const { openDirect } = await import("./direct.ts")
    return openDirect(await target(), setting)
  })
  const api = once(async () => {
    const { openApi } = await import("./open-door.ts")
    return openApi(await target(), flags.as, setting)
  })
  const openDoor = async () => {
    const { openApiDoor, openDirectDoor } = await import("./open-door.ts")
    if (flags.breakGlass !== true) return openApiDoor(await api())
    const opened = await direct()
    output.say(`past the admin API; changes are audited under ${opened.identity}`)
    return openDirectDoor(await target(), opened, setting)
  }
  return {
    output,
    setting,
    breakGlass: flags.breakGlass === true,
    target,
    api,
    direct,
    door: once(openDoor),
    async subject(text) {
      const { findSubject } = await import("./subject.ts")
      return findSubject(await target(), text)
    },
    async agree(question) {
      const { confirm } = await import("./confirm.ts")
      const { stage } = await target()
      await confirm(`${question.replace(/\?$/, "")} on stage ${stage}?`, flags.yes === true, setting.terminal)
    },
  }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
