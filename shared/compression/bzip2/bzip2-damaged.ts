import { CompressionFailed } from "../compression-failed.ts";

export const bzip2Damaged = (what: string) => new CompressionFailed(`The bzip2 data is damaged: ${what}.`);
