/** Tables and bars as text for people, and as data for results.json. */
import { type Bar, type Cell, holds, type Table } from "./part.ts"

export function formatTable({ title, columns, rows }: Table): string {
  const cells = [columns, ...rows.map((row) => row.map(formatCell))]
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const isText = columns.map((_, column) =>
    rows.some((row) => typeof row[column] === "string" && column === 0),
  )
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        isText[column] ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  )
  const rule = "─".repeat(widths.reduce((total, width) => total + width + 2, -2))
  return [`\n${title}`, rule, lines[0], rule, ...lines.slice(1), ""].join("\n")
}

export function barTable(bars: readonly Bar[]): Table {
  return {
    title: "Bars",
    columns: ["what", "bar", "measured", "unit", "holds"],
    rows: bars.map((bar) => [
      bar.what,
      `${bar.sense} ${formatCell(bar.bar)}`,
      bar.measured,
      bar.unit,
      holds(bar) ? "yes" : "NO",
    ]),
  }
}

/** A table as rows of named values, numbers to four digits: the form that results.json holds. */
export function rowsOf({ columns, rows }: Table): Record<string, Cell>[] {
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, index) => [column, rounded(row[index] ?? "")])),
  )
}

function rounded(cell: Cell): Cell {
  if (typeof cell === "string" || Number.isInteger(cell)) return cell
  return Number.isFinite(cell) ? Number(cell.toPrecision(4)) : "—"
}

function formatCell(cell: Cell): string {
  if (typeof cell === "string") return cell
  if (!Number.isFinite(cell)) return "—"
  if (Number.isInteger(cell) || Math.abs(cell) >= 1000) return Math.round(cell).toLocaleString("en-US")
  return Math.abs(cell) >= 100 ? cell.toFixed(0) : Math.abs(cell) >= 10 ? cell.toFixed(1) : cell.toFixed(2)
}
