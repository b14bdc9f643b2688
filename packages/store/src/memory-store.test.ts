import { describeStore } from "../test/contract.ts"
import { createMemoryStore } from "./memory-store.ts"

describeStore("the memory store", async (options) => createMemoryStore(options))
