import { type LimitName, limitNames } from "../../settings/limit-names.ts";
import type { Image } from "./image.ts";

/** What a project uses, or how that changes; sizes in bytes. */
export type Usage = Readonly<Record<LimitName, number>>;

export const noUsage: Usage = {
  image_count_total: 0,
  image_count_uploading: 0,
  image_size_total: 0,
  image_stage_total: 0,
};

const gone: ReadonlySet<string> = new Set(["killed", "deleted", "pending_delete"]);
const staging: ReadonlySet<string> = new Set(["uploading", "importing"]);

/** What one image adds to its owner's usage (docs/reference/image-api.md, "Quotas"). */
export function usageOf({ status, size, locations, staged }: Image): Usage {
  if (gone.has(status)) return noUsage;
  const isStaging = staging.has(status);
  return {
    image_count_total: 1,
    image_count_uploading: isStaging || status === "saving" ? 1 : 0,
    image_size_total: locations.reduce((sum, location) => sum + (size ?? location.size), 0),
    image_stage_total: isStaging && staged ? staged.size : 0,
  };
}

const combined = (one: Usage, other: Usage, sign: 1 | -1): Usage => ({
  image_count_total: one.image_count_total + sign * other.image_count_total,
  image_count_uploading: one.image_count_uploading + sign * other.image_count_uploading,
  image_size_total: one.image_size_total + sign * other.image_size_total,
  image_stage_total: one.image_stage_total + sign * other.image_stage_total,
});

export const addUsage = (one: Usage, other: Usage): Usage => combined(one, other, 1);

const isNone = (usage: Usage): boolean => limitNames.every((name) => usage[name] === 0);

/**
 * By how much each project's usage changes when `before` (undefined: no image) becomes `after`; projects without a
 * change are not in it. An image that changes hands moves from one project to the other; one without an owner
 * counts for nobody.
 */
export function usageChanges(before: Image | undefined, after: Image): Map<string, Usage> {
  const changes = new Map<string, Usage>();
  const add = (image: Image | undefined, sign: 1 | -1) => {
    if (!image || image.owner === null) return;
    changes.set(image.owner, combined(changes.get(image.owner) ?? noUsage, usageOf(image), sign));
  };
  add(before, -1);
  add(after, 1);
  for (const [project, change] of changes) if (isNone(change)) changes.delete(project);
  return changes;
}
