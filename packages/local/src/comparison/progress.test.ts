import { describe, expect, it } from "vitest"
import { createProgress } from "./progress.ts"

const told = (isTTY: boolean) => {
  const texts: string[] = []
  const progress = createProgress({ isTTY, write: (text) => texts.push(text) })
  progress.advance(0, "claims")
  progress.advance(0.001, "claims")
  progress.advance(0.5, "claims")
  progress.finish("claims: 1500 requests in 1.2 s")
  progress.end()
  return texts
}

describe("progress", () => {
  it("is a bar on a terminal, drawn where it stands, when it changes, and gone at the end", () => {
    expect(told(true)).toEqual([
      `\r\u001b[K  ${"░".repeat(30)} 0 % claims`,
      `\r\u001b[K  ${"█".repeat(15)}${"░".repeat(15)} 50 % claims`,
      "\r\u001b[K",
    ])
  })

  it("is a plain line for each part where there is no terminal", () => {
    expect(told(false)).toEqual(["  claims: 1500 requests in 1.2 s\n"])
  })
})
