/** Asking before something is taken away. */
import { ClaimgateError } from "@claimgate/core"

/** Thrown where the answer is not yes. */
export class Unconfirmed extends Error {
  override readonly name = "Unconfirmed"
}

/** Where questions go and answers come from. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream
}

/** Goes on only after a yes; where nobody can be asked, `--yes` has to say so. */
export async function confirm(question: string, yes: boolean, { input, output }: Terminal): Promise<void> {
  if (yes) return
  if (input.isTTY !== true)
    throw new ClaimgateError("malformed_input", `${question} nobody can be asked here: expected --yes`)
  const answer = await ask(`${question} [y/N] `, input, output)
  if (!/^y(es)?$/i.test(answer.trim())) throw new Unconfirmed("not confirmed: nothing was changed")
}

/** Asks for a password without showing it. */
export async function askPassword(question: string, { input, output }: Terminal): Promise<string> {
  if (input.isTTY !== true)
    throw new ClaimgateError(
      "malformed_input",
      "password: nobody can be asked here: expected CLAIMGATE_PASSWORD",
    )
  output.write(question)
  const { Writable } = await import("node:stream")
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const answer = await ask("", input, nowhere)
  output.write("\n")
  return answer
}

/** One line. Whoever ends the input or interrupts has not said yes. */
async function ask(
  question: string,
  input: Terminal["input"],
  output: NodeJS.WritableStream,
): Promise<string> {
  const { createInterface } = await import("node:readline")
  const lines = createInterface({ input, output, terminal: true })
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once("close", () => reject(new Unconfirmed("not confirmed: nothing was changed")))
      lines.question(question, resolve)
    })
  } finally {
    lines.close()
  }
}
