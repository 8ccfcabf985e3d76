import type { Caller } from "../../../caller.ts";
import type { LimitName } from "../../../settings/limit-names.ts";
import type { Settings } from "../../../settings.ts";
import { inLimitUnits } from "../../domain/limits.ts";
import type { Limits } from "../../ports/limits.ts";
import type { UsageStore } from "../../ports/usage-store.ts";

export interface UsageOfLimit {
  readonly usage: number;
  readonly limit: number;
}

interface Ports {
  readonly usage: UsageStore;
  readonly limits: Limits;
  readonly settings: Pick<Settings, "use_keystone_limits">;
}

/** In Glance's order. */
const shown: readonly LimitName[] = [
  "image_size_total",
  "image_stage_total",
  "image_count_total",
  "image_count_uploading",
];

/** Usage and limit of the caller's project, in the units of the limits; -1 is unlimited. Empty without such limits. */
export const showUsage =
  ({ usage, limits, settings }: Ports) =>
  async ({ projectId }: Pick<Caller, "projectId">): Promise<Readonly<Record<string, UsageOfLimit>>> => {
    // A token for the system or a domain has no project that could use anything.
    if (!settings.use_keystone_limits || projectId === "") return {};
    const [used, allowed] = await Promise.all([usage.read(projectId), limits.of(projectId)]);
    return Object.fromEntries(
      shown.map((name) => [name, { usage: inLimitUnits(name, used[name]), limit: allowed[name] ?? -1 }]),
    );
  };
