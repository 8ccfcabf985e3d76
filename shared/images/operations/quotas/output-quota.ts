import type { Image } from "../../domain/image.ts";
import { overLimit, withLimits } from "../../domain/limits.ts";
import { noUsage } from "../../domain/usage.ts";
import type { Limits } from "../../ports/limits.ts";
import type { UsageStore } from "../../ports/usage-store.ts";
import { limitsOf } from "./limits-of.ts";

interface Ports {
  readonly limits: Limits;
  readonly usage: Pick<UsageStore, "read">;
}

/**
 * What throws TooLarge once so many bytes are made of an image's staged ones that its project would be above a limit with
 * them, as its usage is now: what comes of it is judged again when it is written.
 */
export async function outputQuota({ limits, usage }: Ports, image: Image): Promise<(bytes: number) => void> {
  const projectLimits = await limitsOf(limits, image);
  const asked = { image_stage_total: 0, image_size_total: 0, user_storage_quota: 0 };
  const { limits: kept } = withLimits(image.owner, projectLimits, asked);
  if (!kept) return () => undefined;
  const used = await usage.read(kept.project);
  const replaced = image.staged?.size ?? 0;
  return (bytes) => {
    const change = { ...noUsage, image_stage_total: bytes - replaced, image_size_total: bytes };
    const over = overLimit(kept, used, change);
    if (over) throw over;
  };
}
