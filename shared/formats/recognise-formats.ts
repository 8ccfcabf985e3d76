import type { FormatInspector } from "./format-inspector.ts";
import { gpt } from "./gpt.ts";
import { inspectors } from "./inspectors.ts";
import { iso } from "./iso.ts";
import type { RangedReader } from "./ranged-reader.ts";
import { raw } from "./raw.ts";
import { fixedVhd } from "./vhd.ts";

/** All formats whose marks the data has; `raw` alone if there is none. `declared` is the disk_format, if known. */
export async function recogniseFormats(image: RangedReader, declared?: string): Promise<FormatInspector[]> {
  const found: FormatInspector[] = [];
  for (const format of inspectors) {
    if (await format.recognises(image, declared)) found.push(format);
  }
  return found.length > 0 ? found : [raw];
}

/** What the data is of these: marks that belong to the contents of another format are left out. */
export function outermost(found: readonly FormatInspector[]): readonly FormatInspector[] {
  // A fixed VHD starts with the disk itself, which has a partition table, as a rule.
  if (found.includes(fixedVhd)) return found.filter(({ plain }) => !plain);
  // A hybrid ISO carries a partition table on purpose, to boot from a disk as well.
  return found.length === 2 && found.includes(iso) && found.includes(gpt) ? [iso] : found;
}
