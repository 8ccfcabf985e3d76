import { readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";

/** Damages the stored object with these bytes in the emulator's storage. */
export function truncateBytesOf(home: string, data: Buffer): void {
  const file = readdirSync(join(home, "s3"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.endsWith("/data"))
    .map((entry) => join(entry.parentPath, entry.name))
    .find((path) => readFileSync(path).equals(data));
  if (file === undefined) throw new Error("no stored object has these bytes");
  truncateSync(file, 10);
}
