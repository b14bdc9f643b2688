/** CSV as RFC 4180 has it, and safe to open: spreadsheets run a cell that begins like a formula. */

/** Writes a header line and one line for each row. */
export function formatCsv<Row>(columns: readonly (keyof Row & string)[], rows: readonly Row[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => String(row[column])))]
  return lines.map((cells) => `${cells.map(formatCell).join(",")}\r\n`).join("")
}

/** Source: owasp.org/www-community/attacks/CSV_Injection */
function formatCell(text: string): string {
  const safe = /^\s*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
