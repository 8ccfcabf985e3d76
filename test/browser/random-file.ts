import { createHash, randomBytes } from "node:crypto";
import { open } from "node:fs/promises";

const MIB = 1024 ** 2;

/** Writes a file of random bytes; answers its SHA-512, hex. */
export async function writeRandomFile(path: string, bytes: number): Promise<string> {
  const hash = createHash("sha512");
  await using file = await open(path, "wx");
  for (let left = bytes; left > 0; ) {
    const chunk = randomBytes(Math.min(left, MIB));
    hash.update(chunk);
    await file.write(chunk);
    left -= chunk.length;
  }
  return hash.digest("hex");
}
