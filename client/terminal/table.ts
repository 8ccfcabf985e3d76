const cell = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  // Names come from anybody: nothing of them may steer the terminal.
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "?");
};

/** Columns of text under their headings. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const lines = [headings, ...rows].map((row) => row.map(cell));
  const widths = headings.map((_, column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)));
  return lines
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** `name  value` lines. */
export const fields = (record: Readonly<Record<string, unknown>>): string =>
  table(["field", "value"], Object.entries(record));
