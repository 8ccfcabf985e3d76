import type { Random } from "../history/random.ts";
import type { Beginning, Config } from "../world/config.ts";
import { downloads, patches, registers, shares, tags, takesOut } from "./details.ts";
import type { Hands } from "./hands.ts";
import { copies, imports } from "./imports.ts";
import { creates, deletes, recovers, restores, switches } from "./lives.ts";
import { interferes, uploadsParts, uploadsWhole } from "./uploads.ts";

/** What clients do. A new one is a line here, as often as it is to be drawn. */
export const scripts = {
  creates,
  uploadsParts,
  uploadsWhole,
  interferes,
  deletes,
  restores,
  recovers,
  switches,
  patches,
  tags,
  shares,
  downloads,
  takesOut,
  registers,
  imports,
  copies,
} as const satisfies Readonly<Record<string, (hands: Hands) => Promise<void>>>;

export type Script = keyof typeof scripts;

const needStores: ReadonlySet<Script> = new Set(["takesOut", "registers", "copies"]);

const uploading: readonly Script[] = [
  "uploadsParts",
  "uploadsParts",
  "uploadsParts",
  "uploadsWhole",
  "imports",
];
const leaving: readonly Script[] = ["deletes", "deletes", "restores", "recovers", "recovers", "switches"];
const details: readonly Script[] = ["interferes", "interferes", "patches", "tags", "shares", "downloads"];

/** What is worth doing first with an image that stands so: most else is refused at once. */
const first: Readonly<Record<Beginning, readonly [Script, ...Script[]]>> = {
  absent: ["creates"],
  queued: ["uploadsParts", "uploadsParts", "uploadsParts", "uploadsWhole", "registers", "imports", "imports"],
  active: ["deletes", "switches", "takesOut", "patches", "copies"],
  stated: ["deletes", "switches", "patches"],
  waiting: ["restores", "restores", "recovers"],
  deleted: ["recovers"],
  registered: ["downloads", "downloads", "deletes"],
};

/** A script to begin with, and one of those that go on. */
export function drawScript(random: Random, { hasStores, images }: Config, at: number): Script {
  const beginning = images[0] ?? "queued";
  const rest = random.chance(0.45) ? uploading : random.chance(0.6) ? leaving : details;
  const all = at === 0 ? first[beginning] : (rest as readonly [Script, ...Script[]]);
  const script =
    hasStores && at > 0 && random.chance(0.2)
      ? random.of<Script>(["takesOut", "registers", "downloads", "copies"])
      : random.of(all);
  return needStores.has(script) && !hasStores ? "uploadsWhole" : script;
}
