import type { Settings } from "../settings.ts";

/** Whether projects' usage is counted: only then does a change of an image cost the write of a counter. */
export const countsUsage = (
  settings: Pick<Settings, "use_keystone_limits" | "user_storage_quota">,
): boolean => settings.use_keystone_limits || settings.user_storage_quota > 0;
