import type { Image } from "../../domain/image.ts";
import { highestBefore } from "../../domain/limits.ts";
import { noUsage } from "../../domain/usage.ts";
import { limitsOf } from "../quotas/limits-of.ts";
import type { FetchingPorts } from "./fetch-ports.ts";

/** How many bytes the image's project may stage yet: what comes without a length is read no further. */
export async function stageRoom({ limits, usage }: FetchingPorts, image: Image): Promise<number> {
  const { image_stage_total: maximum = -1 } = await limitsOf(limits, image);
  if (maximum < 0 || image.owner === null) return Number.POSITIVE_INFINITY;
  const kept = { limit: "image_stage_total", maximum, asked: 0 } as const;
  const { image_stage_total: used } = await usage.read(image.owner);
  return Math.max(0, highestBefore(kept, noUsage) - used);
}
