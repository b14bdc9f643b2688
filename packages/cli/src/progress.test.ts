import { expect, test } from "vitest"
import { createProgress } from "./progress.ts"

function drawn(hasProgress: boolean, total?: number) {
  const written: string[] = []
  let time = 0
  const progress = createProgress({ err: (text) => written.push(text), hasProgress }, () => time, total)
  const pass = (milliseconds: number) => {
    time += milliseconds
  }
  return { written, progress, pass }
}

test("a bar is drawn over itself, ten times a second, and taken away", () => {
  const { written, progress, pass } = drawn(true, 200)
  progress.at(0, "0 lines")
  progress.at(1, "not drawn")
  pass(100)
  progress.at(100, "50 lines")
  pass(100)
  progress.at(999, "all lines")
  progress.end()
  expect(written).toEqual([
    `\r\u001b[K[${"-".repeat(30)}]   0 %  0 lines`,
    `\r\u001b[K[${"#".repeat(15)}${"-".repeat(15)}]  50 %  50 lines`,
    `\r\u001b[K[${"#".repeat(30)}] 100 %  all lines`,
    "\r\u001b[K",
  ])
})

test("without a total there is only the word, and of nothing all is done", () => {
  const words = drawn(true)
  words.progress.at(3, "3 members")
  expect(words.written).toEqual(["\r\u001b[K3 members"])
  const empty = drawn(true, 0)
  empty.progress.at(0, "")
  expect(empty.written[0]).toContain("100 %")
})

test("where no terminal shows it, nothing is written", () => {
  const { written, progress } = drawn(false, 200)
  progress.at(100, "50 lines")
  progress.end()
  expect(written).toEqual([])
})
