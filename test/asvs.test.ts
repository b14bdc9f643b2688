/** The table of OWASP's requirements in docs/security.md is complete, and every test that it names is there. */
import { describe, expect, it } from "vitest"
import { brokenLinks, rowsBelow } from "./documented.ts"

const rows = rowsBelow("OWASP ASVS").map((row) => {
  const [requirement = "", met] = row.cells
  return { ...row, requirement, met, id: requirement.split(" ")[0] ?? "" }
})

/** Of authorization, self-contained tokens, ended sessions, resource servers, logs and errors. */
const wanted = [
  ...["8.1.1", "8.2.1", "8.2.2", "8.2.3", "8.3.1", "8.3.2", "8.3.3", "8.4.1", "8.4.2"],
  ...["9.1.1", "9.1.2", "9.1.3", "9.2.1", "9.2.2", "9.2.3", "9.2.4", "7.4.1", "7.4.2"],
  ...["10.3.1", "10.3.2", "10.3.3", "10.3.4", "10.3.5", "16.2.5", "16.3.2", "16.5.1", "16.5.2", "16.5.3"],
]

describe("the table of requirements", () => {
  it("has each of them once, with an answer", () => {
    expect(rows.map(({ id }) => id)).toEqual(wanted)
    for (const { met } of rows) expect(["yes", "partly", "no", "not applicable"]).toContain(met)
  })

  it.each(rows)("has tests for what is met: $requirement", (row) => {
    if (row.met !== "no") expect(row.links.length).toBeGreaterThan(0)
    expect(brokenLinks(row)).toEqual([])
  })
})
