import { createServer } from "node:net"
import { describe, expect, it } from "vitest"
import { anyPorts, choosePorts, portsFrom } from "./ports.ts"

describe("ports", () => {
  /** Holds a port, a free one for 0, while `work` runs; one that another process holds is taken all the same. */
  const taken = async (wanted: number, work: (port: number) => Promise<void>): Promise<void> => {
    const server = createServer()
    const port = await new Promise<number>((resolve, reject) => {
      server.once("error", (fault: NodeJS.ErrnoException) =>
        fault.code === "EADDRINUSE" ? resolve(wanted) : reject(fault),
      )
      server.listen(wanted, "127.0.0.1", () => {
        const address = server.address()
        resolve(typeof address === "object" && address !== null ? address.port : 0)
      })
    })
    await work(port).finally(() => server.close())
  }

  it("a chosen one that is taken is named", async () => {
    await taken(0, async (port) => {
      await expect(choosePorts(port)).rejects.toThrow(`--port ${port}: port ${port} is taken`)
    })
  })

  it.each([4700, 4701, 4702, 4707])("%i, a usual one, that is taken means other ones", async (usual) => {
    await taken(usual, async () => {
      expect(await choosePorts(undefined)).toEqual(anyPorts)
    })
  })

  it("follow one another: the hybrid door, user pool and DynamoDB first, then the other doors", () => {
    expect(portsFrom(4700)).toEqual({
      hybrid: 4700,
      userPool: 4701,
      dynamo: 4702,
      claims: 4703,
      cached: 4704,
      backend: 4705,
      "claims-rest": 4706,
      "backend-rest": 4707,
    })
  })
})
