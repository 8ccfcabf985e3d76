import { readFileSync } from "node:fs";

/** The text of a file of the home; undefined when there is none. Errors name the file: Node's, for a folder, do not. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw Object.assign(error as NodeJS.ErrnoException, { path });
  }
}
