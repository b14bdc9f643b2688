/**
 * The lines by which Lambda itself says that a function came to nothing: it crashed, at load or later, was out of time or
 * of memory. A function that crashes at load writes no line of its own. Source, with examples of old and of new lines:
 * docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 *
 * An error that was thrown is none of them: every 401 is one. Each has a space in it, which no path in a line of ours has:
 * nobody can ask for an alarm.
 */
export const crashLines = [
  // Only where loading failed, unless a function has SnapStart or provisioned concurrency.
  "INIT_REPORT Init Duration",
  // What Node.js's runtime says of a module that throws as it is loaded; of a handler, it is "Invoke Error".
  "Uncaught Exception",
  "Status: timeout",
  "Task timed out after",
  "Error Type: Runtime.ExitError",
  "Error Type: Runtime.OutOfMemory",
  "Error: Runtime exited",
]

/** The same as a filter of CloudWatch Logs: a line with one of them at least. */
export const crashPattern = crashLines.map((each) => `?"${each}"`).join(" ")
