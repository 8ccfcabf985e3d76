import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type LogLine = Readonly<Record<string, unknown>>;

/** Each log of a home by its name, in lines. Throws for a line that is no JSON object. */
export function logsOf(home: string): ReadonlyMap<string, readonly LogLine[]> {
  const folder = join(home, "log");
  const files = readdirSync(folder).filter((file) => file.endsWith(".log"));
  return new Map(files.map((file) => [file.slice(0, -".log".length), linesIn(join(folder, file))]));
}

function linesIn(path: string): readonly LogLine[] {
  const lines = readFileSync(path, "utf8").split("\n");
  if (lines.pop() !== "") throw new Error(`${path} does not end with a whole line`);
  return lines.map((line) => {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new Error(`${path}: no object: ${line}`);
    return value as LogLine;
  });
}
