import { CompressionFailed } from "../compression-failed.ts";

export const xzDamaged = (what: string) => new CompressionFailed(`The xz data is damaged: ${what}.`);
