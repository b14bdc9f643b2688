/** Who may what, as a table that a pull request can show: one line per route, one column per role. */
import { type Catalog, expand, hasRoute } from "@claimgate/core"

/** A Markdown table of all routes that need a permission; ends with a line break. */
export function formatMatrix(
  catalog: Catalog,
  roles: readonly { readonly name: string; readonly permissions: readonly string[] }[],
): string {
  const columns = roles.map(({ name, permissions }) => ({ name, held: expand(catalog, permissions) }))
  const rows = catalog.routes
    .filter(({ access, retiredAt }) => access === "granted" && retiredAt === Infinity)
    .map(({ id, method, path }) => [
      `\`${method} ${path}\``,
      ...columns.map(({ held }) => (hasRoute(held, id) ? "✓" : "")),
    ])
  const head = ["route", ...columns.map(({ name }) => name)]
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n")
}

/** The table as docs/roles.md has it, under a heading that says where it comes from. */
export function formatMatrixPage(...given: Parameters<typeof formatMatrix>): string {
  return `${heading}\n${formatMatrix(...given)}`
}

const heading = `# Who may what

What \`roles.yaml\` comes to, written by \`npx claimgate roles matrix > docs/roles.md\`: a pull request that changes who may
what shows it here. A test holds the two together. The built-in role \`admin\` holds every route; routes that are public, or
open to whoever is signed in, need no permission and are not listed.
`
