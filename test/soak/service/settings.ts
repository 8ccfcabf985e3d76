import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Random } from "../plan/random.ts";

/** What one run of the soak keeps throughout. */
export function drawnSettings(random: Random): Record<string, string> {
  return {
    GLANCE_ENABLED_BACKENDS: "fast:s3,cheap:s3,files:file,web:http",
    GLANCE_DEFAULT_BACKEND: random.pick(["fast", "fast", "cheap"]),
    GLANCE_COPIES: random.pick(["", "", "fast:1,cheap:1"]),
    GLANCE_DELAYED_DELETE: random.pick(["true", "false"]),
    GLANCE_SCRUB_TIME: random.pick(["0", "20", "86400"]),
    GLANCE_SHOW_MULTIPLE_LOCATIONS: "true",
    GLANCE_USE_KEYSTONE_LIMITS: "true",
    GLANCE_IMAGE_COUNT_TOTAL: "1000",
    GLANCE_IMAGE_SIZE_TOTAL: "1000000",
    GLANCE_DELETED_BYTES_RETENTION_DAYS: "2",
    GLANCE_COMPLETION_RECOVERY_DELAY: "3",
    // Every orphan of a bucket that has a dozen objects is more than a hundredth.
    GLANCE_REAPER_MAX_ORPHAN_PERCENT: "100",
    GLANCE_REAPER_MAX_ORPHANS: "1000",
  };
}

/** What a start is given besides, by what shall go wrong. */
export const startSettings = (control: string, jumps: readonly (readonly [number, number])[]) => ({
  NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, "preload.mjs")).href}`,
  SOAK_CONTROL: control,
  SOAK_JUMPS: JSON.stringify(jumps),
});
