import { createHash } from "node:crypto";

/** Keys are hashed: no key can leave the folder, none is too long, and `a` does not clash with `a/b`. */
export const recordName = (key: string): string => `${createHash("sha256").update(key).digest("hex")}.json`;
