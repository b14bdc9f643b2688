/**
 * Runs around every test file: nothing that the code under test writes holds a secret, and nothing is written to the
 * streams of the process at all. A file that wants output watches it where it is written.
 */
import { afterAll, expect } from "vitest"
import { secretsIn } from "./secrets.ts"
import { takeStray, takeWritten, watchWritten } from "./written.ts"

watchWritten()

afterAll(() => {
  expect({ secrets: [...new Set(takeWritten().flatMap(secretsIn))] }).toEqual({ secrets: [] })
  expect({ stray: takeStray() }).toEqual({ stray: [] })
})
