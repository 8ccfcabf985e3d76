import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * The files whole, or the lines of them that MUTATION_SEED draws when MUTATION_PERCENT says how many: each line by
 * itself, so that what spans several lines is in no sample.
 */
export function drawn(files, { MUTATION_PERCENT: percent, MUTATION_SEED: seed = "1" }) {
  if (percent === undefined) return files;
  const isDrawn = (place) =>
    createHash("sha256").update(`${seed} ${place}`).digest().readUInt32BE() / 2 ** 32 < Number(percent) / 100;
  return files.flatMap((file) => {
    const count = readFileSync(file, "utf8").split("\n").length;
    const lines = Array.from({ length: count }, (_, at) => at + 1);
    return lines.map((line) => `${file}:${line}-${line}`).filter(isDrawn);
  });
}
