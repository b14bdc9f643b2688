/** What JavaScript holds in this process. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

setFlagsFromString("--expose-gc")
// V8's own function, which a context that is made after the flag has.
const collect = runInNewContext("gc") as () => void

/** Bytes in use, after everything that nobody holds was collected. */
export function heapInUse(): number {
  collect()
  return process.memoryUsage().heapUsed
}
