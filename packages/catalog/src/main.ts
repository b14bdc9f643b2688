/** `npm run catalog`: keeps the catalog's lock file and its compiled form in step with the route table. */
import { relative } from "node:path"
import { fileURLToPath } from "node:url"
import { run } from "./command.ts"

// A reader such as `head` that has seen enough is no fault; all files are written by then.
process.stdout.on("error", () => process.exit())

process.exitCode = await run(
  process.argv.slice(2),
  {
    lock: fileHere("../catalog.lock"),
    compiled: fileHere("./compiled.ts"),
    routes: fileHere("./routes.ts"),
    // Imported when it is needed, so that a malformed table is reported like every other bad input.
    importRoutes: () => import("./routes.ts"),
  },
  { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text) },
)

/** Relative to where the command runs: short in messages. */
function fileHere(path: string): string {
  return relative(process.cwd(), fileURLToPath(new URL(path, import.meta.url)))
}
