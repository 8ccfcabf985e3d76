import { writeWhole } from "./write-whole.ts";

const OWNER_ONLY = 0o600;

/** Replaces a file as a whole, readable by its owner only; a power cut leaves the old or the new one. */
export const writePrivate = (path: string, text: string): Promise<void> => writeWhole(path, text, OWNER_ONLY);
