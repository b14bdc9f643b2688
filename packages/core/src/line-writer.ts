/** What a log is written to: of Node.js's streams, the part that is needed. */
export interface LogStream {
  on(event: "error", listener: () => void): unknown
  write(line: string): unknown
}

/** Makes the function that writes lines to a stream, once for each: a log that fails must not fail anything else. */
export function createLineWriter(stream: LogStream): (line: string) => void {
  // Without a listener, a pipe that was closed would end the process.
  stream.on("error", () => {})
  return (line) => {
    stream.write(line)
  }
}
