/** Excel takes a file without it for one in the machine's own old encoding. */
export const byteOrderMark = '\uFEFF';

/**
 * A spreadsheet runs a cell that begins like a formula, whoever wrote it: a name from the OA must not. The apostrophe
 * is how spreadsheets themselves mark text. Set for East Asia, they take the full-width signs for the same.
 */
export function csvCell(value: string): string {
  const harmless = /^[=+\-@＝＋－＠\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function csvRow(values: readonly string[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}
