import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The files in which the emulated bucket of a runtime keeps the bytes of objects. */
export const storedFiles = (home: string): string[] =>
  readdirSync(join(home, "s3"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.includes("/data/"))
    .map((path) => join(home, "s3", path));
