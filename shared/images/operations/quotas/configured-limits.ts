import type { Settings } from "../../../settings.ts";
import type { ProjectLimits } from "../../domain/limits.ts";
import type { Limits } from "../../ports/limits.ts";

/**
 * The limits of the settings, for every project the same. As in Glance, `use_keystone_limits` puts its four limits in
 * the place of `user_storage_quota`; without a Keystone the settings of their names are what is registered there.
 */
export function configuredLimits(settings: Settings): Limits {
  const { image_count_total, image_count_uploading, image_size_total, image_stage_total } = settings;
  const registered = { image_count_total, image_count_uploading, image_size_total, image_stage_total };
  const quota = settings.user_storage_quota;
  const limits: ProjectLimits = settings.use_keystone_limits
    ? registered
    : quota > 0
      ? { user_storage_quota: quota }
      : {};
  return { of: async () => limits };
}
