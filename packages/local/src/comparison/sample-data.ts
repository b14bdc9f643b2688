/** Something to read for the comparison: a few reports, devices and users, written through the API itself. */

/** Ids of what was written. */
export interface SampleData {
  readonly reports: readonly string[]
  readonly devices: readonly string[]
  readonly users: readonly string[]
}

const howMany = 6

/** Writes through the door at that address, by the token of someone who may; rejects where the API refuses. */
export async function writeSampleData(address: string, token: string): Promise<SampleData> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" }
  const post = async (path: string, body: object) => {
    const response = await fetch(address + path, { method: "POST", headers, body: JSON.stringify(body) })
    const text = await response.text()
    if (!response.ok) throw new Error(`POST ${path}: expected it to be written, got ${response.status}`)
    // What the API's own handlers answer: the record as it was written.
    return String((JSON.parse(text) as { id?: unknown }).id)
  }
  const several = async (path: string, body: (n: number) => object) => {
    const ids: string[] = []
    for (let n = 1; n <= howMany; n++) ids.push(await post(path, body(n)))
    return ids
  }
  const reports = await several("/api/reports", (n) => ({ title: `Report ${n}`, text: "All is well." }))
  const devices = await several("/api/devices", (n) => ({ name: `Device ${n}` }))
  const users = await several("/api/users", (n) => ({ name: `User ${n}`, email: `user${n}@example.com` }))
  return { reports, devices, users }
}
